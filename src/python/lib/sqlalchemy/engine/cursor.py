"""What a statement did to the database: rows as they come, how many it changed, the key that it inserted."""

import _lazyscope

from .. import exc
from .._missing import refuse
from .result import Result


class CursorResult(Result):
    """The rows of a statement as the driver has them, and what else the driver tells of it."""

    _public = "CursorResult"
    rowcount = -1
    lastrowid = None
    is_insert = False
    _inserted_primary_key = None
    # Why there is no key.
    _no_primary_key = "Statement is not an insert() expression construct."

    @property
    def returns_rows(self):
        return self._has_rows

    def keys(self):
        self._rows_or_error()
        return super().keys()

    def partitions(self, size=None):
        # A driver's cursor hands out one row when nobody says how many.
        return super().partitions(size or self._yield_per or 1)

    def supports_sane_rowcount(self):
        return True

    def supports_sane_multi_rowcount(self):
        return True

    @property
    def inserted_primary_key(self):
        if self._inserted_primary_key is None:
            raise exc.InvalidRequestError(self._no_primary_key)
        return self._inserted_primary_key

    @property
    def inserted_primary_key_rows(self):
        if not self.is_insert or self._has_rows:
            raise exc.InvalidRequestError(self._no_primary_key)
        return [self._inserted_primary_key]

    def last_inserted_params(self):
        refuse("CursorResult.last_inserted_params")


_lazyscope.register("cursor result", CursorResult)
