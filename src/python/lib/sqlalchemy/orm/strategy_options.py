"""Loader options, as functions and as methods of one another."""

import _lazyscope

from .. import exc
from .._missing import Facade, refuse
from .._warnings import deprecated
from ..inspection import inspect
from .interfaces import LoaderOption

_NO_SETTINGS = {}


class Load(LoaderOption, Facade, _lazyscope.Node):
    """A chain of loader options."""

    _public = "Load"
    # Nothing can follow "*".
    _is_wildcard = False

    def __init__(self, entity=None):
        if entity is not None:
            _lazyscope.orm_ensure()
            _lazyscope.assume(self, _lazyscope.opt_new(getattr(inspect(entity), "_node", entity)))

    def __str__(self):
        entity = _lazyscope.opt_entity(self)
        if entity is None:
            return super().__str__()
        class_, is_alias = _lazyscope.orm_class(entity), _lazyscope.orm_facts(entity)[1]
        return f"Load(aliased({class_.__name__}))" if is_alias else f"Load({class_.__name__})"

    def _relationship(self, attribute, kind, **settings):
        if isinstance(attribute, str):
            if attribute != "*":
                raise exc.ArgumentError(
                    "Strings are not accepted for attribute names in loader options; please use class-bound attributes "
                    "directly."
                )
            made = _lazyscope.opt_wildcard(self, "relationship", kind, settings)
            made._is_wildcard = True
            return made
        if self._is_wildcard:
            raise AssertionError
        _lazyscope.orm_ensure()
        return _lazyscope.opt_relationship(self, attribute, kind, settings)

    def _columns(self, attributes, kind):
        _lazyscope.orm_ensure()
        if attributes and all(attribute == "*" for attribute in attributes if isinstance(attribute, str)) and any(
            isinstance(attribute, str) for attribute in attributes
        ):
            return _lazyscope.opt_wildcard(self, "column", kind, _NO_SETTINGS)
        for attribute in attributes:
            if isinstance(attribute, str):
                raise exc.ArgumentError(
                    "Strings are not accepted for attribute names in loader options; please use class-bound attributes "
                    "directly."
                )
        return _lazyscope.opt_columns(self, list(attributes), kind)

    def lazyload(self, attribute):
        return self._relationship(attribute, "select")

    def joinedload(self, attribute, innerjoin=None):
        return self._relationship(attribute, "joined", innerjoin=innerjoin)

    def subqueryload(self, attribute):
        return self._relationship(attribute, "subquery")

    def selectinload(self, attribute, recursion_depth=None, chunksize=None):
        return self._relationship(attribute, "selectin", recursion_depth=recursion_depth, chunksize=chunksize)

    def immediateload(self, attribute, recursion_depth=None):
        return self._relationship(attribute, "immediate", recursion_depth=recursion_depth)

    def raiseload(self, attribute, sql_only=False):
        return self._relationship(attribute, "raise_on_sql" if sql_only else "raise")

    def noload(self, attribute):
        deprecated(
            "The noload() option is deprecated and will be removed in a future release.  This option produces incorrect "
            "results by returning ``None`` for related items. (deprecated since: 2.1)"
        )
        return self._relationship(attribute, "noload")

    def defaultload(self, attribute):
        return self._relationship(attribute, "defaultload")

    def contains_eager(self, attribute, alias=None, _is_chain=False, _propagate_to_loaders=False):
        if alias is not None:
            alias = getattr(alias, "__mapper__", alias)
        return self._relationship(attribute, "contains_eager", alias=alias)

    def load_only(self, *attributes, raiseload=False):
        _lazyscope.orm_ensure()
        return _lazyscope.opt_load_only(self, list(attributes), raiseload)

    def defer(self, attribute, raiseload=False):
        return self._columns([attribute], "defer_raise" if raiseload else "defer")

    def undefer(self, attribute):
        return self._columns([attribute], "undefer")

    def undefer_group(self, name):
        return _lazyscope.opt_wildcard(self, "column", "undefer", {"undefer_group": name})

    def options(self, *options):
        for option in options:
            if not isinstance(option, Load):
                raise exc.ArgumentError(f"Loader option {option} is not compatible with the Load.options() method.")
        return _lazyscope.opt_options(self, list(options))

    def with_expression(self, attribute, expression):
        _lazyscope.orm_ensure()
        return _lazyscope.opt_expression(self, attribute, expression)

    def selectin_polymorphic(self, classes):
        refuse("selectin_polymorphic")


_lazyscope.register("option", Load)


def _function(name, many=False):
    def option(*attributes, **kwargs):
        if many:
            attributes[0]
        assert attributes
        chain = _lazyscope.opt_new(None)
        if many or len(attributes) <= 1 or name in ("undefer_group",):
            return getattr(chain, name)(*attributes, **kwargs)
        # Several attributes are a path: `joinedload(A.bs, B.cs)` is about the last one.
        for attribute in attributes[:-1]:
            chain = chain.defaultload(attribute)
        return getattr(chain, name)(attributes[-1], **kwargs)

    option.__name__ = option.__qualname__ = name
    return option


lazyload = _function("lazyload")
joinedload = _function("joinedload")
subqueryload = _function("subqueryload")
selectinload = _function("selectinload")
immediateload = _function("immediateload")
raiseload = _function("raiseload")
noload = _function("noload")
defaultload = _function("defaultload")
contains_eager = _function("contains_eager")
load_only = _function("load_only", many=True)
defer = _function("defer")
undefer = _function("undefer")
undefer_group = _function("undefer_group")


def with_expression(attribute, expression):
    return _lazyscope.opt_new(None).with_expression(attribute, expression)
