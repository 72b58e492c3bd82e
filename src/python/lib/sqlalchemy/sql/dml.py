"""`insert()`, `update()`, `delete()`."""

import inspect

import _lazyscope

from .. import exc
from .._missing import Facade, refuse
from .elements import ClauseElement
from .selectable import Executable, SelectBase, attribute_of, filter_by_clauses


class UpdateBase(ClauseElement, Executable):
    """A statement that writes."""

    _public = "sqlalchemy.Insert"
    is_dml = True
    _entity = None
    _options = ()

    @property
    def __visit_name__(self):
        return _lazyscope.dml_kind(self)

    def _take(self, made):
        made._execution_options = self._execution_options
        made._entity = self._entity
        made._options = self._options
        if hasattr(self, "_returning"):
            made._returning = self._returning
        return made

    @property
    def table(self):
        return _lazyscope.dml_table(self)

    @property
    def entity_description(self):
        refuse("entity_description")

    def values(self, *args, **kwargs):
        if not args:
            made = self._with_values(list(kwargs.items()))
            if not kwargs:
                made._has_no_values = True
            return made
        values = args[0]
        if isinstance(values, dict):
            return self._with_values(list(values.items()) + list(kwargs.items()))
        if isinstance(values, (list, tuple)):
            if values and isinstance(values[0], dict):
                return self._take(_lazyscope.dml_many_values(self, [list(row.items()) for row in values]))
            columns = [column.key for column in self.table.c]
            if values and isinstance(values[0], (list, tuple)):
                rows = [list(zip(columns, row)) for row in values]
                return self._take(_lazyscope.dml_many_values(self, rows))
            return self._with_values(list(zip(columns, values)))
        raise exc.ArgumentError("mixed values(): a dict, or lists of them, are expected")

    def _with_values(self, pairs):
        return self._take(_lazyscope.dml_values(self, self._by_column(pairs), False))

    def _by_column(self, pairs):
        """Attributes by name stand for their columns, hybrids for those that they say."""
        if self._entity is None:
            return pairs
        named = []
        for key, value in pairs:
            hybrid = self._hybrid(key)
            if hybrid is not None and hybrid.update_expr is not None:
                named.extend(self._by_column(hybrid._updates(self._entity, value)))
                continue
            attribute = getattr(self._entity, key, None) if isinstance(key, str) else key
            if hasattr(attribute, "_parts_of"):
                # A composite: the columns that it is made of.
                named.extend(self._by_column(attribute._parts_of(value)))
                continue
            if isinstance(key, str):
                if isinstance(attribute, _lazyscope.Node) and _lazyscope.kind(attribute) == "expr":
                    key = attribute
            named.append((key, value))
        return named

    def _hybrid(self, key):
        """The hybrid property that is meant, by name or by what a class has for it."""
        if not isinstance(key, str):
            key = getattr(key, "_hybrid_name", None)
        declared = inspect.getattr_static(self._entity, key, None) if key is not None else None
        return declared if hasattr(declared, "_updates") else None

    def ordered_values(self, *pairs):
        return self._take(_lazyscope.dml_values(self, self._by_column(list(pairs)), True))

    def where(self, *whereclause):
        return self._take(_lazyscope.dml_where(self, list(whereclause)))

    filter = where

    def filter_by(self, **kwargs):
        target = self._entity
        if target is None:
            return self.where(*filter_by_clauses(self.table, kwargs))
        return self.where(*[getattr(target, key) == value for key, value in kwargs.items()])

    def returning(self, *cols, sort_by_parameter_order=False):
        made = self._take(_lazyscope.dml_returning(self, list(cols), sort_by_parameter_order))
        made._returning = [*getattr(self, "_returning", ()), *cols]
        return made

    def prefix_with(self, *prefixes, dialect="*"):
        if dialect not in ("*", "sqlite"):
            return self
        return self._take(_lazyscope.dml_prefix(self, list(prefixes)))

    def from_select(self, names, select, include_defaults=True):
        return self._take(_lazyscope.dml_select(self, list(names), select))

    def inline(self):
        return self._take(_lazyscope.dml_inline(self))

    def options(self, *options):
        made = self._clone()
        made._options = [*self._options, *options]
        return made

    def return_defaults(self, *cols, **kw):
        refuse("return_defaults()")

    def with_hint(self, *args, **kw):
        return self

    # Of SQLite's own insert().

    def on_conflict_do_nothing(self, index_elements=None, index_where=None):
        return self._take(_lazyscope.dml_on_conflict(self, list(index_elements or ()), index_where, None, None))

    def on_conflict_do_update(self, index_elements=None, index_where=None, set_=None, where=None):
        pairs = list(dict(set_).items())
        if not pairs:
            raise ValueError("set parameter dictionary must not be empty")
        return self._take(_lazyscope.dml_on_conflict(self, list(index_elements or ()), index_where, pairs, where))

    @property
    def excluded(self):
        from .elements import literal_column
        from .selectable import ColumnCollection

        columns = [(column.key, literal_column(f"excluded.{column.name}", column.type)) for column in self.table.c]
        return ColumnCollection(columns)


class ValuesBase(UpdateBase):
    """A statement that writes values."""


class Insert(ValuesBase):
    _public = "sqlalchemy.Insert"


class Update(ValuesBase):
    _public = "sqlalchemy.Update"


class Delete(UpdateBase):
    _public = "sqlalchemy.Delete"


_lazyscope.register("insert", Insert)
_lazyscope.register("update", Update)
_lazyscope.register("delete", Delete)


def _made(make, target):
    is_class = isinstance(target, type) and "__mapper__" in vars(target)
    if not is_class and not isinstance(target, _lazyscope.Node):
        raise exc.ArgumentError(f"subject table for an INSERT, UPDATE or DELETE expected, got {target!r}.")
    statement = make(target.__mapper__.local_table if is_class else target)
    if is_class:
        statement._entity = target
    return statement


def insert(table):
    return _made(_lazyscope.insert, table)


def update(table):
    return _made(_lazyscope.update, table)


def delete(table):
    return _made(_lazyscope.delete, table)
