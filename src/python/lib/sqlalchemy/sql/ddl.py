"""Statements of the schema as objects: text that a program executes, or that a table executes when it is created."""

import copy

import _lazyscope

from .. import exc
from .._missing import module_getattr

__getattr__ = module_getattr(__name__)


class BaseDDLElement:
    """A statement of the schema."""

    def _text(self):
        raise NotImplementedError()

    def compile(self, *args, **kw):
        return self

    def __str__(self):
        return self._text()


class ExecutableDDLElement(BaseDDLElement):
    """One that may wait for an event of a table, and be sent only under a condition."""

    target = None
    _condition = None

    def against(self, target):
        made = copy.copy(self)
        made.target = target
        return made

    def execute_if(self, dialect=None, callable_=None, state=None):
        made = copy.copy(self)
        made._condition = dialect, callable_, state
        return made

    def _is_meant(self, target, bind, kw):
        if self._condition is None:
            return True
        dialect, callable_, state = self._condition
        if dialect is not None and "sqlite" not in ([dialect] if isinstance(dialect, str) else dialect):
            return False
        return callable_ is None or callable_(
            self, target, bind, state=state, dialect=bind.dialect, compiler=None, **kw
        )

    def __call__(self, target, bind, **kw):
        """What an event of a table or of the metadata calls."""
        if self._is_meant(target, bind, kw):
            bind.execute(self.against(target))


class DDL(ExecutableDDLElement):
    """A text, with the names of the table that it is about."""

    def __init__(self, statement, context=None):
        if not isinstance(statement, str):
            raise exc.ArgumentError(f"Expected a string or unicode SQL statement, got '{statement!r}'")
        self.statement = statement
        self.context = context or {}

    def _text(self):
        from ..schema import Table

        words = dict(self.context)
        if isinstance(self.target, Table):
            names = [_lazyscope.sql_quoted(name) for name in (self.target.schema, self.target.name) if name]
            words.setdefault("table", names[-1])
            words.setdefault("schema", names[0] if len(names) > 1 else "")
            words.setdefault("fullname", ".".join(names))
        return self.statement % words

    def __repr__(self):
        context = f", context={self.context!r}" if self.context else ""
        return f"<DDL@{id(self)}; {self.statement!r}{context}>"


class CreateTable(ExecutableDDLElement):
    """The statement that creates a table."""

    def __init__(self, element, include_foreign_key_constraints=None, if_not_exists=False):
        self.element = self.target = element

    def _text(self):
        return _lazyscope.table_ddl(self.element, False)


class DropTable(ExecutableDDLElement):
    """The statement that drops a table."""

    def __init__(self, element, if_exists=False):
        self.element = self.target = element

    def _text(self):
        return _lazyscope.table_ddl(self.element, True)


class SchemaGenerator:
    """What a listener is told creates the tables."""


class SchemaDropper:
    """What a listener is told drops the tables."""
