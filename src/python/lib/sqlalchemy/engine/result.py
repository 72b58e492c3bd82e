"""Results: rows, values and mappings, read once."""

import _lazyscope

from .. import exc
from .._missing import Facade

Row = _lazyscope.Row
RowMapping = _lazyscope.RowMapping


class _Reading(Facade):
    """What every kind of result can do; `_view` reads the cursor."""

    _view = None
    _yield_per = None
    _is_streamed = False
    # How many rows `fetchmany()` gives when nobody says it: as many as the driver would.
    _many = 1

    def _reading(self, cls, shape, columns):
        """Another way of reading the same rows."""
        made = cls(self._view.reshape(shape, columns))
        made._yield_per = self._yield_per
        made._many = self._many
        return made

    def _note_options(self, options):
        """What the statement's execution options say of reading its rows."""
        self._yield_per = options.get("yield_per")
        self._is_streamed = bool(self._yield_per or options.get("stream_results"))

    def __iter__(self):
        self._view.begin()
        return self._view

    def __next__(self):
        return next(self._view)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def unique(self, strategy=None):
        self._view.unique(strategy)
        return self

    def all(self):
        return self._view.all()

    def fetchall(self):
        return self._view.all()

    def fetchmany(self, size=None):
        return self._view.fetch(self._yield_per or self._many if size is None else size)

    def partitions(self, size=None):
        size = size or self._yield_per
        while True:
            part = self._view.fetch(size)
            if not part:
                return
            yield part

    def first(self):
        return self._view.first()

    def _only(self, none_is_an_error):
        found = self._view.two()
        self._view.close()
        if len(found) == 2:
            raise exc.MultipleResultsFound(
                "Multiple rows were found when exactly one was required"
                if none_is_an_error
                else "Multiple rows were found when one or none was required"
            )
        if found:
            return found[0]
        if none_is_an_error:
            raise exc.NoResultFound("No row was found when one was required")
        return None

    def one(self):
        return self._only(True)

    def one_or_none(self):
        return self._only(False)

    def close(self):
        self._view.close()

    @property
    def closed(self):
        return self._view.is_closed

    def yield_per(self, num):
        self._yield_per = num
        self._view.yield_per(num)
        return self

    def keys(self):
        return RMKeyView(self._view.names)


class RMKeyView(list):
    """The names of a result's columns."""

    def __repr__(self):
        return f"RMKeyView({list(self)!r})"


_lazyscope.register("keys", RMKeyView)


class Result(_Reading):
    """The rows of a statement."""

    _public = "Result"
    _has_rows = True
    context = None

    def __init__(self, view):
        self._view = view

    def __class_getitem__(cls, item):
        return cls

    def _needs_unique(self):
        return self._view.needs_unique

    def _rows_or_error(self):
        if not self._has_rows:
            raise exc.ResourceClosedError(
                "This result object does not return rows. It has been closed automatically."
            )

    def __iter__(self):
        self._rows_or_error()
        return self._view

    def all(self):
        self._rows_or_error()
        return self._view.all()

    fetchall = all

    def first(self):
        self._rows_or_error()
        return super().first()

    def _only(self, none_is_an_error):
        self._rows_or_error()
        return super()._only(none_is_an_error)

    def fetchone(self):
        self._rows_or_error()
        return self._view.fetch_one()

    def scalar(self):
        return self.scalars().first()

    def scalar_one(self):
        return self.scalars().one()

    def scalar_one_or_none(self):
        return self.scalars().one_or_none()

    def scalars(self, index=0):
        self._rows_or_error()
        return self._reading(ScalarResult, "scalar", [index])

    def mappings(self):
        self._rows_or_error()
        return self._reading(MappingResult, "mapping", None)

    def columns(self, *col_expressions):
        self._view.narrow(list(col_expressions))
        return self

    def merge(self, *others):
        """One result with the rows of this and then of the others."""
        return MergedResult(self._view.merged(*(other._view for other in others)))

    def freeze(self):
        return FrozenResult(self)

    def tuples(self):
        return self

    @property
    def t(self):
        return self


class IteratorResult(Result):
    """The rows of something that is not a cursor by itself."""

    _public = "IteratorResult"
    _many = None

    def first(self):
        return super().first() if self._has_rows else None


class ChunkedIteratorResult(IteratorResult):
    """Objects, and what else a session makes of a cursor's rows."""

    _public = "ChunkedIteratorResult"


_lazyscope.register("iterator result", IteratorResult)
_lazyscope.register("orm result", ChunkedIteratorResult)


class ScalarResult(_Reading):
    """The values of one column."""

    _public = "ScalarResult"

    def __init__(self, view):
        self._view = view

    def __class_getitem__(cls, item):
        return cls


class MappingResult(_Reading):
    """Rows as mappings."""

    _public = "MappingResult"

    def __init__(self, view):
        self._view = view

    def columns(self, *col_expressions):
        self._view.narrow(list(col_expressions))
        return self

    def fetchone(self):
        return self._view.fetch_one()


class TupleResult:
    pass


class FrozenResult:
    """The rows of a result, to be read as often as wanted."""

    def __init__(self, result):
        self._view = result._view.frozen()

    @property
    def data(self):
        return self().all()

    def __call__(self):
        return IteratorResult(self._view.frozen())


class MergedResult(IteratorResult):
    """The rows of several results, one after the other."""

    _public = "MergedResult"
