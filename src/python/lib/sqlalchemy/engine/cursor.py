"""What a statement did to the database: rows as they come, how many it changed, the key that it inserted."""

import _lazyscope

from .. import exc
from .._missing import refuse
from .result import Result


class CursorResult(Result):
    """The rows of a statement as the driver has them, and what else the driver tells of it."""

    _public = "CursorResult"
    _changes = 0
    _inserted_primary_key = None
    _is_many = False
    _returns_what_it_inserts = False
    is_insert = False
    lastrowid = None

    @property
    def returns_rows(self):
        return self._has_rows

    def keys(self):
        self._rows_or_error()
        return super().keys()

    @property
    def rowcount(self):
        return self._changes if not self._has_rows or self._changes else -1

    def supports_sane_rowcount(self):
        return True

    def supports_sane_multi_rowcount(self):
        return True

    def _needs_an_insert(self):
        if not self.is_insert:
            raise exc.InvalidRequestError("Statement is not an insert() expression construct.")

    @property
    def inserted_primary_key(self):
        self._needs_an_insert()
        if self._is_many:
            raise exc.InvalidRequestError(
                "This statement was an executemany call; if primary key returning is supported, please use "
                ".inserted_primary_key_rows."
            )
        return self.inserted_primary_key_rows[0]

    @property
    def inserted_primary_key_rows(self):
        self._needs_an_insert()
        if self._returns_what_it_inserts:
            raise exc.InvalidRequestError("Can't call inserted_primary_key when returning() is used.")
        return [self._inserted_primary_key]

    def last_inserted_params(self):
        refuse("CursorResult.last_inserted_params")


_lazyscope.register("cursor result", CursorResult)
