"""Who listens to sessions, and what they are told."""

import _lazyscope

from .._missing import Facade


class Listening:
    """Something that events can be listened for on: a class of sessions, a factory, one session."""

    _class_listeners = None

    def _own_listeners(self):
        own = self.__dict__.get("_listeners")
        if own is None:
            own = self.__dict__["_listeners"] = {}
        return own

    @classmethod
    def _listen_class(cls, name, function):
        if "_class_listeners" not in cls.__dict__ or cls._class_listeners is None:
            cls._class_listeners = {}
        cls._class_listeners.setdefault(name, []).append(function)

    def _listen(self, name, function):
        self._own_listeners().setdefault(name, []).append(function)
        watch = getattr(self, "_watch", None)
        if watch is not None:
            watch()

    def _inherit_listeners(self, maker):
        for name, functions in maker._own_listeners().items():
            for function in functions:
                self._listen(name, function)

    def _listeners_of(self, name):
        found = list(self.__dict__.get("_listeners", {}).get(name, ()))
        for cls in type(self).__mro__:
            listeners = cls.__dict__.get("_class_listeners")
            if listeners:
                found = listeners.get(name, []) + found
        return found

    def _has_listeners(self, name):
        return bool(self._listeners_of(name))

    def _fire(self, name, *arguments):
        for function in self._listeners_of(name):
            function(self, *arguments)

    @classmethod
    def _forget_listeners(cls):
        cls._class_listeners = None


class ORMExecuteState(Facade):
    """What `do_orm_execute` is told of an execution."""

    _public = "ORMExecuteState"

    def __init__(self, session, statement, parameters, execution_options, is_relationship_load=False, is_column_load=False):
        self.session = session
        self.statement = statement
        self.parameters = parameters
        self.execution_options = execution_options
        self.is_relationship_load = is_relationship_load
        self.is_column_load = is_column_load
        self.bind_arguments = {}

    def _is(self, *words):
        return getattr(self.statement, "__visit_name__", None) in words

    @property
    def is_select(self):
        kind = _lazyscope.kind(self.statement) if self.statement is not None else "select"
        return kind in ("select", "query")

    @property
    def is_insert(self):
        return self._is("insert")

    @property
    def is_update(self):
        return self._is("update")

    @property
    def is_delete(self):
        return self._is("delete")

    @property
    def is_orm_statement(self):
        return True
