"""Attributes that are Python on objects and SQL on classes."""

import enum

import _lazyscope

from .._missing import module_getattr, refuse
from ..sql.elements import ColumnElement


class HybridExtensionType(enum.Enum):
    """The kinds of hybrids, as a mapper's descriptors tell them."""

    HYBRID_METHOD = "HYBRID_METHOD"
    HYBRID_PROPERTY = "HYBRID_PROPERTY"


class hybrid_property:
    """A property that a query can use too."""

    extension_type = HybridExtensionType.HYBRID_PROPERTY

    def __init__(self, fget, fset=None, fdel=None, expr=None, custom_comparator=None, update_expr=None):
        self.fget = fget
        self.fset = fset
        self.fdel = fdel
        self.expr = expr
        self.update_expr = update_expr
        self.__doc__ = fget.__doc__
        if custom_comparator is not None:
            refuse("hybrid_property.comparator")

    def __set_name__(self, owner, name):
        # What `inplace` adds has a name of its own, and is the same hybrid.
        if "__name__" not in self.__dict__:
            self.__name__ = name

    def __get__(self, instance, owner):
        if instance is None:
            return self._of_class(owner)
        return self.fget(instance)

    def _of_class(self, owner):
        """As a query over a class, or over an alias of one, uses it: by the property's name in a row."""
        function = self.expr or self.fget
        made = getattr(function, "__func__", function)(owner)
        entity = getattr(owner, "__mapper__", owner)
        if isinstance(made, ColumnElement) and _lazyscope.kind(entity) == "entity":
            made = made._as_attribute(entity, self.__name__)
            # So that an UPDATE knows it again.
            made._hybrid_name = self.__name__
        return made

    def __set__(self, instance, value):
        if self.fset is None:
            raise AttributeError("can't set attribute")
        self.fset(instance, value)

    def __delete__(self, instance):
        if self.fdel is None:
            raise AttributeError("can't delete attribute")
        self.fdel(instance)

    def _copy(self, **changes):
        made = hybrid_property(self.fget)
        made.__dict__.update(self.__dict__, **changes)
        return made

    def getter(self, fget):
        return self._copy(fget=fget)

    def setter(self, fset):
        return self._copy(fset=fset)

    def deleter(self, fdel):
        return self._copy(fdel=fdel)

    def expression(self, expr):
        return self._copy(expr=expr)

    def update_expression(self, meth):
        return self._copy(update_expr=meth)

    def _updates(self, owner, value):
        """The columns that an UPDATE sets when it sets the hybrid, with their values."""
        function = getattr(self.update_expr, "__func__", self.update_expr)
        return function(owner, value)

    @property
    def inplace(self):
        return _Inplace(self)


class _Inplace:
    """The decorators of a hybrid that change it instead of making a new one."""

    def __init__(self, hybrid):
        self._hybrid = hybrid

    def setter(self, fset):
        self._hybrid.fset = fset
        return self._hybrid

    def expression(self, expr):
        self._hybrid.expr = expr
        return self._hybrid

    def deleter(self, fdel):
        self._hybrid.fdel = fdel
        return self._hybrid

    def update_expression(self, meth):
        self._hybrid.update_expr = meth
        return self._hybrid


class hybrid_method:
    """A method that a query can use too."""

    extension_type = HybridExtensionType.HYBRID_METHOD

    def __init__(self, func, expr=None):
        self.func = func
        self.expr = expr

    def __get__(self, instance, owner):
        if instance is None:
            return self._of_class(owner)
        return self.func.__get__(instance, owner)

    def _of_class(self, owner):
        return (self.expr or self.func).__get__(owner, type(owner))

    def expression(self, expr):
        self.expr = expr
        return self


__getattr__ = module_getattr(__name__)
