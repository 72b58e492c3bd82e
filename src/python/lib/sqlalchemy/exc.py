"""The exceptions of SQLAlchemy."""

import sqlite3 as _sqlite3
import sys as _sys
import types as _types

_VERSION = "21"


class HasDescriptionCode:
    code = None

    def __init__(self, *arg, **kw):
        code = kw.pop("code", None)
        if code is not None:
            self.code = code
        super().__init__(*arg, **kw)

    def _code_str(self):
        if not self.code:
            return ""
        return f"(Background on this error at: https://sqlalche.me/e/{_VERSION}/{self.code})"

    def __str__(self):
        message = super().__str__()
        if self.code:
            message = "%s %s" % (message, self._code_str())
        return message


class SQLAlchemyError(HasDescriptionCode, Exception):
    def _message(self):
        if len(self.args) == 1:
            return str(self.args[0])
        return str(self.args)

    def _sql_message(self):
        message = self._message()
        if self.code:
            message = "%s %s" % (message, self._code_str())
        return message

    def __str__(self):
        return self._sql_message()


class EmulatedDBAPIException(Exception):
    pass


class ArgumentError(SQLAlchemyError):
    pass


class DuplicateColumnError(ArgumentError):
    pass


class ObjectNotExecutableError(ArgumentError):
    def __init__(self, target):
        super().__init__(f"Not an executable object: {target!r}")
        self.target = target


class NoSuchModuleError(ArgumentError):
    pass


class NoForeignKeysError(ArgumentError):
    pass


class AmbiguousForeignKeysError(ArgumentError):
    pass


class ConstraintColumnNotFoundError(ArgumentError):
    pass


class CircularDependencyError(SQLAlchemyError):
    def __init__(self, message, cycles=(), edges=(), msg=None, code=None):
        if msg is None:
            message += " (%s)" % ", ".join(repr(s) for s in cycles) if cycles else ""
        else:
            message = msg
        SQLAlchemyError.__init__(self, message, code=code)
        self.cycles = cycles
        self.edges = edges


class CompileError(SQLAlchemyError):
    pass


class UnsupportedCompilationError(CompileError):
    code = "l7de"


class IdentifierError(SQLAlchemyError):
    pass


class DisconnectionError(SQLAlchemyError):
    invalidate_pool = False


class InvalidatePoolError(DisconnectionError):
    invalidate_pool = True


class TimeoutError(SQLAlchemyError):
    pass


class InvalidRequestError(SQLAlchemyError):
    pass


class IllegalStateChangeError(InvalidRequestError):
    pass


class NoInspectionAvailable(InvalidRequestError):
    pass


class NoDBAPILoaded(InvalidRequestError):
    pass


class PendingRollbackError(InvalidRequestError):
    pass


class ResourceClosedError(InvalidRequestError):
    pass


class NoSuchColumnError(InvalidRequestError, KeyError):
    def __new__(cls, *args, **kw):
        return Exception.__new__(cls, *args)


class AmbiguousColumnError(InvalidRequestError):
    pass


class NoResultFound(InvalidRequestError):
    pass


class MultipleResultsFound(InvalidRequestError):
    pass


class NoReferenceError(InvalidRequestError):
    table_name = None


class AwaitRequired(InvalidRequestError):
    code = "xd1r"


class MissingGreenlet(InvalidRequestError):
    code = "xd2s"


class NoReferencedTableError(NoReferenceError):
    def __init__(self, message, tname=None):
        super().__init__(message)
        self.table_name = tname


class NoReferencedColumnError(NoReferenceError):
    def __init__(self, message, tname=None, cname=None):
        super().__init__(message)
        self.table_name = tname
        self.column_name = cname


class NoSuchTableError(InvalidRequestError):
    pass


class UnreflectableTableError(InvalidRequestError):
    pass


class UnboundExecutionError(InvalidRequestError):
    pass


class StatementError(SQLAlchemyError):
    statement = None
    params = None
    orig = None
    ismulti = None
    connection_invalidated = False

    def __init__(self, message, statement=None, params=None, orig=None, hide_parameters=False, code=None, ismulti=None):
        SQLAlchemyError.__init__(self, message, code=code)
        self.statement = statement
        self.params = params
        self.orig = orig
        self.ismulti = ismulti
        self.hide_parameters = hide_parameters
        self.detail = []

    def add_detail(self, msg):
        self.detail.append(msg)

    def _sql_message(self):
        details = [self._message()]
        if self.statement:
            details.append("[SQL: %s]" % self.statement)
            if self.params:
                if self.hide_parameters:
                    details.append("[SQL parameters hidden due to hide_parameters=True]")
                else:
                    details.append("[parameters: %s]" % _shown_parameters(self.params, self.ismulti))
        code = self._code_str()
        if code:
            details.append(code)
        return "\n".join(["(%s)" % detail for detail in self.detail] + details)


def _unsent(message, statement, params, orig, code, hint):
    """The error of a statement that did not reach the driver."""
    made = StatementError(message, statement, params, orig, code=code, ismulti=True)
    made.__cause__ = orig
    if hint is not None:
        made.add_detail(hint)
    return made


def _shown_parameters(params, many):
    """As SQLAlchemy prints them: long values and long batches are cut."""
    if not many:
        return _shown_row(params)
    if len(params) <= 10:
        return "[%s]" % ", ".join(_shown_row(row) for row in params)
    first, last = params[:8], params[-2:]
    return "[%s  ... displaying 10 of %i total bound parameter sets ...  %s]" % (
        ", ".join(_shown_row(row) for row in first),
        len(params),
        ", ".join(_shown_row(row) for row in last),
    )


def _shown_row(row):
    if isinstance(row, dict):
        return "{%s}" % ", ".join(f"{key!r}: {_shown_value(value)}" for key, value in row.items())
    row = tuple(row)
    if len(row) > 60:
        shown = [_shown_value(value) for value in row[:48]]
        rest = [_shown_value(value) for value in row[-12:]]
        return "(%s ... %i parameters truncated ... %s)" % (", ".join(shown), len(row) - 60, ", ".join(rest))
    shown = ", ".join(_shown_value(value) for value in row)
    return f"({shown},)" if len(row) == 1 else f"({shown})"


def _shown_value(value):
    shown = repr(value)
    length = len(shown)
    if length > 300:
        shown = shown[0:150] + " ... (%d characters truncated) ... " % (length - 300) + shown[-150:]
    return shown


class DBAPIError(StatementError):
    code = "dbapi"

    def __init__(
        self,
        statement,
        params,
        orig,
        hide_parameters=False,
        connection_invalidated=False,
        code=None,
        ismulti=None,
    ):
        try:
            text = str(orig)
        except Exception as e:
            text = "Error in str() of DB-API-generated exception: " + str(e)
        StatementError.__init__(
            self,
            "(%s.%s) %s" % (type(orig).__module__, type(orig).__name__, text),
            statement,
            params,
            orig,
            hide_parameters,
            code=code,
            ismulti=ismulti,
        )
        self.connection_invalidated = connection_invalidated


class InterfaceError(DBAPIError):
    code = "rvf5"


class DatabaseError(DBAPIError):
    code = "4xp6"


class DataError(DatabaseError):
    code = "9h9h"


class OperationalError(DatabaseError):
    code = "e3q8"


class IntegrityError(DatabaseError):
    code = "gkpj"


class InternalError(DatabaseError):
    code = "2j85"


class ProgrammingError(DatabaseError):
    code = "f405"


class NotSupportedError(DatabaseError):
    code = "tw8g"


class SADeprecationWarning(HasDescriptionCode, DeprecationWarning):
    deprecated_since = None


class Base20DeprecationWarning(SADeprecationWarning):
    pass


class LegacyAPIWarning(Base20DeprecationWarning):
    pass


class MovedIn20Warning(Base20DeprecationWarning):
    pass


class SAPendingDeprecationWarning(PendingDeprecationWarning):
    deprecated_since = None


class SAWarning(HasDescriptionCode, RuntimeWarning):
    pass


def _database_error(kind, message, statement, params, many, hint):
    orig = getattr(_sqlite3, kind, _sqlite3.DatabaseError)(message)
    cls = globals().get(kind, DatabaseError)
    error = cls(statement, params, orig, ismulti=many)
    if hint:
        error.add_detail(hint)
    error.__cause__ = orig
    return error


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise ImportError(f"Lazyscope does not have sqlalchemy.exc.{name} yet")
