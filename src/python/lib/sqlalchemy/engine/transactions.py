"""Transactions of connections, and the savepoints in them."""

import _lazyscope

from .. import exc
from .._missing import Facade
from ._host import warn


class Transaction(Facade):
    """A transaction of a connection, or a savepoint in one."""

    _public = "Transaction"

    def __init__(self, connection):
        self.connection = connection
        self.is_active = True

    @property
    def is_valid(self):
        return self.is_active

    def __enter__(self):
        self._around = self.connection._managed
        self.connection._managed = self
        return self

    def __exit__(self, kind, error, trace):
        try:
            if not self.is_active:
                return
            if kind is not None:
                self.rollback()
                return
            try:
                self.commit()
            except BaseException:
                if self._is_current():
                    self.rollback()
                raise
        finally:
            self.connection._managed = self._around


class RootTransaction(Transaction):
    """The transaction of a connection."""

    def __init__(self, connection):
        super().__init__(connection)
        connection._is_beginning = True
        try:
            with connection._told():
                _lazyscope.engine_begin(connection.engine)
        finally:
            connection._is_beginning = False

    def _is_current(self):
        return self.connection._transaction is self

    def commit(self):
        connection = self.connection
        if not self.is_active:
            if connection._transaction is self:
                connection._refuse_invalid()
            raise exc.InvalidRequestError("This transaction is inactive")
        try:
            with connection._told():
                _lazyscope.engine_end(connection.engine, "COMMIT")
        finally:
            self._end_savepoints()
            self.is_active = False
        connection._transaction = None

    def rollback(self):
        if not self.is_active and not self._is_current():
            warn("transaction already deassociated from connection")
        self.close()

    def close(self):
        connection = self.connection
        try:
            if self.is_active:
                with connection._told():
                    _lazyscope.engine_end(connection.engine, "ROLLBACK")
            self._end_savepoints()
        finally:
            self.is_active = False
            if connection._transaction is self:
                connection._transaction = None

    def _end_savepoints(self):
        """They go with the transaction that they are in."""
        nested, self.connection._nested = self.connection._nested, None
        while nested is not None:
            nested.is_active = False
            nested = nested._outer


class NestedTransaction(Transaction):
    """A savepoint."""

    def __init__(self, connection):
        super().__init__(connection)
        self._name = connection._savepoint_name()
        _lazyscope.engine_savepoint(connection.engine, "begin", self._name)
        self._outer = connection._nested
        connection._nested = self

    def _is_current(self):
        return self.connection._nested is self

    def commit(self):
        connection = self.connection
        if not self.is_active:
            if connection._nested is self:
                connection._refuse_invalid()
            raise exc.InvalidRequestError("This nested transaction is inactive")
        try:
            _lazyscope.engine_savepoint(connection.engine, "release", self._name)
        finally:
            self.is_active = False
        self._leave()

    def rollback(self):
        self._roll_back(warns=True)

    def close(self):
        self._roll_back(warns=False)

    def _roll_back(self, warns):
        connection = self.connection
        try:
            if self.is_active and connection.in_transaction():
                _lazyscope.engine_savepoint(connection.engine, "roll back", self._name)
        finally:
            self.is_active = False
            self._leave(warns)

    def _leave(self, warns=True):
        """The savepoint around this one is the connection's again."""
        if self.connection._nested is self:
            self.connection._nested = self._outer
        elif warns:
            warn("nested transaction already deassociated from connection")


class TransactionOfSession(Transaction):
    """The transaction that a session has begun: only the session ends it."""

    def commit(self):
        raise exc.InvalidRequestError("Can't operate on closed transaction inside context manager.")

    def rollback(self):
        pass

    close = rollback
