"""Attributes that are Python on objects and SQL on classes."""

import enum

import _lazyscope

from .._missing import module_getattr, refuse
from ..orm.interfaces import PropComparator
from ..sql import operators
from ..sql.elements import ColumnElement


class HybridExtensionType(enum.Enum):
    """The kinds of hybrids, as a mapper's descriptors tell them."""

    HYBRID_METHOD = "HYBRID_METHOD"
    HYBRID_PROPERTY = "HYBRID_PROPERTY"


def _function(given):
    """What a decorator was given, which may be a class method."""
    return given.__func__ if isinstance(given, classmethod) else given


class hybrid_property:
    """A property that a query can use too."""

    extension_type = HybridExtensionType.HYBRID_PROPERTY

    def __init__(self, fget, fset=None, fdel=None, expr=None, custom_comparator=None, update_expr=None):
        self.fget = fget
        self.fset = fset
        self.fdel = fdel
        self.expr = _function(expr)
        self.custom_comparator = _function(custom_comparator)
        self.update_expr = _function(update_expr)
        self.__doc__ = fget.__doc__

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
        entity = getattr(owner, "__mapper__", owner)
        made = (self.custom_comparator or self.expr or self.fget)(owner)
        if self.custom_comparator is not None or isinstance(made, Comparator):
            return _Compared._of(made, entity, self.__name__)
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
        return self._copy(expr=_function(expr))

    def comparator(self, comparator):
        return self._copy(custom_comparator=_function(comparator))

    def update_expression(self, meth):
        return self._copy(update_expr=_function(meth))

    def bulk_dml(self, meth):
        refuse("hybrid_property.bulk_dml")

    @property
    def overrides(self):
        return self

    def _updates(self, owner, value):
        """The columns that an UPDATE sets when it sets the hybrid, with their values."""
        return self.update_expr(owner, value)

    @property
    def inplace(self):
        return _Inplace(self)


class _Inplace:
    """The decorators of a hybrid that change it instead of making a new one."""

    def __init__(self, hybrid):
        self._hybrid = hybrid

    def getter(self, fget):
        self._hybrid.fget = fget
        return self._hybrid

    def setter(self, fset):
        self._hybrid.fset = fset
        return self._hybrid

    def expression(self, expr):
        self._hybrid.expr = _function(expr)
        return self._hybrid

    def comparator(self, comparator):
        self._hybrid.custom_comparator = _function(comparator)
        return self._hybrid

    def bulk_dml(self, meth):
        refuse("hybrid_property.bulk_dml")

    def deleter(self, fdel):
        self._hybrid.fdel = fdel
        return self._hybrid

    def update_expression(self, meth):
        self._hybrid.update_expr = _function(meth)
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
        return (self.expr or self.func).__get__(owner, owner)

    def expression(self, expr):
        self.expr = expr
        return self

    @property
    def inplace(self):
        return self


class Comparator(PropComparator):
    """How a hybrid is compared in a query: a program says it in `operate()`, or in `__eq__()` and the like."""

    def __init__(self, expression):
        self.expression = expression

    def __clause_element__(self):
        expression = self.expression
        return expression.__clause_element__() if hasattr(expression, "__clause_element__") else expression


class _Compared(ColumnElement):
    """A hybrid with a comparator, as a query over a class uses it."""

    __hash__ = ColumnElement.__hash__

    @classmethod
    def _of(cls, comparator, entity, name):
        element = comparator.__clause_element__()
        if isinstance(element, ColumnElement) and _lazyscope.kind(entity) == "entity":
            element = element._as_attribute(entity, name)
        made = cls.__new__(cls)
        _lazyscope.assume(made, element)
        made.comparator = comparator
        made._hybrid_name = name
        return made

    def __clause_element__(self):
        return self

    def operate(self, op, *other, **kwargs):
        return op(self.comparator, *other, **kwargs)

    def __getattr__(self, name):
        if name != "comparator" and hasattr(self.comparator, name):
            return getattr(self.comparator, name)
        return super().__getattr__(name)


def _compared(name):
    def operate(self, *other, **kwargs):
        return getattr(self.comparator, name)(*other, **kwargs)

    operate.__name__ = name
    return operate


def _compared_escaped(name):
    def operate(self, other, escape=None, autoescape=False):
        if autoescape:
            escape = "/" if escape is None else escape
            if not isinstance(other, str):
                raise TypeError("String value expected when autoescape=True")
            for special in (escape, "%", "_") if escape not in "%_" else "%_":
                other = other.replace(special, escape + special)
        return getattr(self.comparator, name)(other, escape=escape)

    operate.__name__ = name
    return operate


for _name in [*operators.METHODS, *(f"__r{_name}__" for _name in operators.REVERSED)]:
    setattr(_Compared, _name, _compared(_name))
for _name in "startswith endswith contains istartswith iendswith icontains".split():
    setattr(_Compared, _name, _compared_escaped(_name))


__getattr__ = module_getattr(__name__)
