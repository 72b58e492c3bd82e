"""Collections that are a query each time they are read."""

import itertools

import _lazyscope

from .._missing import module_getattr
from ..engine import _host
from ..engine.result import _Reading
from ..inspection import InstanceState
from .exc import DetachedInstanceError
from .query import Query
from .writeonly import _Writer


class _AddedResult(_Reading):
    """The members that were added, as a query would give them."""

    def __init__(self, added):
        self._view = _Added(added)


class _Added:
    """Reads them."""

    def __init__(self, added):
        self._left = iter(added)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._left)

    def begin(self):
        pass

    def all(self):
        return list(self._left)

    def fetch(self, size):
        return list(itertools.islice(self._left, size))

    def two(self):
        return self.fetch(2)

    def first(self):
        return next(self._left, None)

    def close(self):
        self._left = iter(())


class AppenderQuery(_Writer, Query):
    """A query for the members of a collection, which can be added to."""

    def __init__(self, instance, key):
        self._belongs(instance, key)
        Query.__init__(self, self._relationship().prop.mapper.class_)

    @property
    def _select(self):
        """Made anew each time: the object may have got its key since."""
        return self._narrow(self._every)

    @_select.setter
    def _select(self, every):
        self._every = every

    @property
    def session(self):
        """The session to ask; None as long as the object has no row, and then what was added is all there is."""
        from .session import object_session

        session = object_session(self.instance)
        if session is not None and session.autoflush and self.instance in session:
            session.flush()
        return session if InstanceState(self.instance).has_identity else None

    @session.setter
    def session(self, session):
        pass

    def _with(self, select, **changes):
        """Whatever is made of it is a query like any other."""
        from .session import object_session

        session = object_session(self.instance)
        if session is None:
            shown = f"<{type(self.instance).__name__} at {hex(id(self.instance))}>"
            raise DetachedInstanceError(
                f"Parent instance {shown} is not bound to a Session, and no contextual session is established; lazy load "
                f"operation of attribute '{self._key}' cannot proceed"
            )
        made = Query(self._entities, session)
        made.__dict__.update({key: value for key, value in self.__dict__.items() if key not in ("instance", "_key", "_every")})
        made.__dict__.update(changes, session=session)
        made._select = select
        return made

    def _added(self):
        if InstanceState(self.instance).detached:
            shown = f"<{type(self.instance).__name__} at {hex(id(self.instance))}>"
            _host.warn(
                f"Instance {shown} is detached, dynamic relationship cannot return a correct result.   This warning will "
                "become a DetachedInstanceError in a future release."
            )
        return _lazyscope.orm_written(self.instance, self._key)

    def _result(self, select=None):
        if self.session is None:
            return _AddedResult(self._added())
        return Query._result(self, select)

    def __getitem__(self, item):
        return self._added()[item] if self.session is None else Query.__getitem__(self, item)

    def count(self):
        return len(self._added()) if self.session is None else Query.count(self)

    append = _Writer.add
    extend = _Writer.add_all


__getattr__ = module_getattr(__name__, {"DynamicMapped": "sqlalchemy.orm.annotations"})
