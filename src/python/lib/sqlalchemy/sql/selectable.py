"""What rows come from: tables, aliases, subqueries, selects."""

import _lazyscope

from .. import exc
from .._missing import Facade, refuse, refuse_arguments
from .._warnings import deprecated
from ..types import native
from .elements import ClauseElement, ColumnElement, TextClause, also_in_class_bodies, methods_also_in_class_bodies

_EMPTY = {}


class SelectLabelStyle:
    def __init__(self, word):
        self.word = word


LABEL_STYLE_NONE = SelectLabelStyle("none")
LABEL_STYLE_TABLENAME_PLUS_COL = SelectLabelStyle("tablename_plus_col")
LABEL_STYLE_DISAMBIGUATE_ONLY = SelectLabelStyle("disambiguate_only")
LABEL_STYLE_DEFAULT = LABEL_STYLE_DISAMBIGUATE_ONLY


class ColumnCollection:
    """`table.c`: columns by key."""

    def __init__(self, pairs):
        self._all = pairs
        self._by_key = dict(pairs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._by_key[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, key):
        if isinstance(key, int):
            return self._all[key][1]
        if isinstance(key, tuple):
            return ColumnCollection([(each, self._by_key[each]) for each in key])
        return self._by_key[key]

    def __contains__(self, key):
        if not isinstance(key, str):
            raise exc.ArgumentError("__contains__ requires a string argument")
        return key in self._by_key

    def __iter__(self):
        return iter([column for _, column in self._all])

    def __len__(self):
        return len(self._all)

    def get(self, key, default=None):
        return self._by_key.get(key, default)

    def keys(self):
        return [key for key, _ in self._all]

    def values(self):
        return [column for _, column in self._all]

    def items(self):
        return list(self._all)

    def contains_column(self, column):
        return any(known is column for _, known in self._all)


class Selectable(ClauseElement):
    def __bool__(self):
        raise TypeError("Boolean value of this clause is not defined")


class FromClause(Selectable):
    """Something that rows come from."""

    _public = "sqlalchemy.FromClause"
    __hash__ = object.__hash__
    _columns_cache = None
    _objects = None

    @property
    def c(self):
        known = self._columns_cache
        if known is None:
            objects = self._objects or _EMPTY
            pairs = [(key, objects.get(key, column)) for key, column in _lazyscope.from_columns(self)]
            known = self._columns_cache = ColumnCollection(pairs)
        return known

    @property
    def columns(self):
        return self.c

    exported_columns = columns

    @property
    def name(self):
        return _lazyscope.from_name(self)

    @property
    def description(self):
        return self.name

    @property
    def primary_key(self):
        return _lazyscope.primary_key(self)

    def select(self):
        return select(self)

    def alias(self, name=None, flat=False):
        return _lazyscope.from_alias(self, name)

    def join(self, right, onclause=None, isouter=False, full=False):
        return _lazyscope.from_join(self, right, onclause, isouter, full)

    def outerjoin(self, right, onclause=None, full=False):
        return _lazyscope.from_join(self, right, onclause, True, full)

    def corresponding_column(self, column, require_embedded=False):
        return self.c.get(column.key)

    def tablesample(self, *args, **kw):
        refuse("FromClause.tablesample")

    def lateral(self, name=None):
        refuse("FromClause.lateral")

    def is_derived_from(self, other):
        return _lazyscope.from_same(self, other)

    # Of a CTE.

    def union(self, *others):
        return _lazyscope.cte_compound(self, "union", list(others))

    def union_all(self, *others):
        return _lazyscope.cte_compound(self, "union_all", list(others))

    def add_columns(self, *args):
        refuse("add_columns of a FROM element")

    # Of values().

    def __str__(self):
        query = _lazyscope.from_query(self)
        if query is not None:
            return str(query)
        name = self.name
        return name if name is not None else super().__str__()

    def __repr__(self):
        return f"<{type(self).__module__}.{type(self).__name__} at {id(self):#x}; {self.name}>"


class TableClause(FromClause):
    def insert(self):
        from .dml import insert

        return insert(self)

    def update(self):
        from .dml import update

        return update(self)

    def delete(self):
        from .dml import delete

        return delete(self)


for _name in "Alias CTE FromGrouping Join Lateral Subquery TableValuedAlias Values".split():
    globals()[_name] = type(_name, (FromClause,), {"__module__": __name__, "__doc__": None})
    _lazyscope.register(_name, globals()[_name])
_lazyscope.register("from", FromClause)


class Executable:
    _execution_options = _EMPTY

    def execution_options(self, **kw):
        if "isolation_level" in kw:
            raise exc.ArgumentError(
                "'isolation_level' execution option may only be specified on Connection.execution_options(), or per-engine "
                "using the isolation_level argument to create_engine()."
            )
        made = self._clone()
        made._execution_options = {**self._execution_options, **kw}
        return made

    def get_execution_options(self):
        return self._execution_options

    def _take(self, made):
        """What is not in the statement's own description goes along."""
        made._execution_options = self._execution_options
        return made

    def _clone(self):
        made = type(self).__new__(type(self))
        _lazyscope.assume(made, self)
        return self._take(made)


class SelectBase(Selectable, Executable):
    is_select = True

    def subquery(self, name=None):
        return _lazyscope.query_subquery(self, name)

    def alias(self, name=None, flat=False):
        return self.subquery(name)

    def cte(self, name=None, recursive=False, nesting=False):
        return _lazyscope.query_cte(self, name, recursive, nesting)

    def scalar_subquery(self):
        return _lazyscope.query_scalar(self)

    def as_scalar(self):
        deprecated(
            "The SelectBase.as_scalar() method is deprecated and will be removed in a future release.  Please refer to "
            "SelectBase.scalar_subquery(). (deprecated since: 1.4)"
        )
        return self.scalar_subquery()

    def label(self, name):
        return self.scalar_subquery().label(name)

    def exists(self):
        return Exists._of(_lazyscope.query_exists(self), self)

    def lateral(self, name=None):
        return _lazyscope.query_lateral(self, name)

    @property
    def selected_columns(self):
        return ColumnCollection(_lazyscope.query_columns(self))

    @property
    def exported_columns(self):
        return self.selected_columns

    def union(self, *other):
        return _compound("union", self, *other)

    def union_all(self, *other):
        return _compound("union_all", self, *other)

    def except_(self, *other):
        return _compound("except_", self, *other)

    def except_all(self, *other):
        return _compound("except_all", self, *other)

    def intersect(self, *other):
        return _compound("intersect", self, *other)

    def intersect_all(self, *other):
        return _compound("intersect_all", self, *other)


GenerativeSelect = ReturnsRows = SelectBase
_UNSET = object()


def _count(value, name):
    if value is None or isinstance(value, _lazyscope.Node) or hasattr(value, "__clause_element__"):
        return value
    return int(value)


@methods_also_in_class_bodies(
    "where", "filter", "having", "order_by", "group_by", "select_from", "join", "outerjoin", "join_from", "outerjoin_from",
    "add_columns", "with_only_columns",
)
class Select(SelectBase):
    """`select()`."""

    _public = "sqlalchemy.Select"

    def __class_getitem__(cls, item):
        return cls

    def _made(self, made):
        return self._take(made)

    def where(self, *whereclause):
        return self._made(_lazyscope.select_criteria(self, "where", list(whereclause)))

    filter = where

    def having(self, *having):
        return self._made(_lazyscope.select_criteria(self, "having", list(having)))

    def filter_by(self, **kwargs):
        targets = _lazyscope.select_filter_targets(self)
        return self.where(*[_search(targets, key) == value for key, value in kwargs.items()])

    def order_by(self, *clauses):
        return self._ordered("order_by", clauses)

    def group_by(self, *clauses):
        return self._ordered("group_by", clauses)

    def _ordered(self, which, clauses):
        reset = len(clauses) == 1 and clauses[0] in (None, False) if _is_plain(clauses) else False
        flat = []
        for clause in clauses if not reset else ():
            flat.extend(clause) if isinstance(clause, (list, tuple)) else flat.append(clause)
        return self._made(_lazyscope.select_order(self, which, flat, reset))

    def limit(self, limit):
        return self._made(_lazyscope.select_number(self, "limit", _count(limit, "limit")))

    def offset(self, offset):
        return self._made(_lazyscope.select_number(self, "offset", _count(offset, "offset")))

    def slice(self, start, stop):
        made = self
        if stop is not None:
            made = made.limit(stop if start is None else stop - start)
        if start is None:
            return made
        # A slice of a slice starts where that one does.
        offset = (_lazyscope.select_offset(self) or 0) + start
        return made.offset(offset or None)

    def fetch(self, count, with_ties=False, percent=False, **kw):
        refuse("Select.fetch")

    def distinct(self, *expr):
        if expr:
            # Where there is no DISTINCT ON, it is but DISTINCT.
            deprecated(
                "Passing expression to ``distinct`` to generate a DISTINCT ON clause is deprecated. Use instead the "
                "``postgresql.distinct_on`` function as an extension."
            )
        return self._made(_lazyscope.select_flag(self, "distinct", True))

    def select_from(self, *froms):
        return self._made(_lazyscope.select_from(self, list(froms)))

    def join(self, target, onclause=None, *, isouter=False, full=False):
        return self._made(_lazyscope.select_join(self, None, target, onclause, bool(isouter), bool(full)))

    def outerjoin(self, target, onclause=None, *, full=False):
        return self.join(target, onclause, isouter=True, full=full)

    def join_from(self, from_, target, onclause=None, *, isouter=False, full=False):
        return self._made(_lazyscope.select_join(self, from_, target, onclause, bool(isouter), bool(full)))

    def outerjoin_from(self, from_, target, onclause=None, *, full=False):
        return self.join_from(from_, target, onclause, isouter=True, full=full)

    def options(self, *options):
        return self._made(_lazyscope.select_options(self, list(options)))

    def with_only_columns(self, *entities, maintain_column_froms=False):
        made = self
        if maintain_column_froms:
            made = made.select_from(*self.get_final_froms())
        return self._made(_lazyscope.select_replace_columns(made, list(entities)))

    def add_columns(self, *entities):
        return self._made(_lazyscope.select_columns(self, list(entities)))

    add_column = column = add_columns

    def correlate(self, *fromclauses):
        froms = None if len(fromclauses) == 1 and fromclauses[0] is None else list(fromclauses)
        return self._made(_lazyscope.select_correlate(self, froms, False))

    def correlate_except(self, *fromclauses):
        froms = None if len(fromclauses) == 1 and fromclauses[0] is None else list(fromclauses)
        return self._made(_lazyscope.select_correlate(self, froms, True))

    def prefix_with(self, *prefixes, dialect="*"):
        if dialect not in ("*", "sqlite"):
            return self
        return self._made(_lazyscope.select_affix(self, "prefix", list(prefixes)))

    def suffix_with(self, *suffixes, dialect="*"):
        if dialect not in ("*", "sqlite"):
            return self
        return self._made(_lazyscope.select_affix(self, "suffix", list(suffixes)))

    @property
    def _where_criteria(self):
        return tuple(_lazyscope.select_where(self))

    def with_hint(self, *args, **kw):
        return self

    def with_statement_hint(self, *args, **kw):
        return self

    def with_for_update(self, **kw):
        # SQLite has none, so SQLAlchemy renders none.
        return self

    def set_label_style(self, style):
        return self._made(_lazyscope.select_label_style(self, style.word))

    def from_statement(self, statement):
        return self._made(_lazyscope.select_statement(self, statement))

    def add_cte(self, *ctes, nest_here=False):
        return self._made(_lazyscope.select_ctes(self, list(ctes)))

    def reduce_columns(self, only_synonyms=True):
        refuse("Select.reduce_columns")

    def get_final_froms(self):
        refuse("Select.get_final_froms")

    @property
    def column_descriptions(self):
        from ..orm.util import described_columns

        return described_columns(_lazyscope.select_raw_columns(self))

    @property
    def whereclause(self):
        criteria = _lazyscope.select_where(self)
        if not criteria:
            return None
        return _lazyscope.conjunction("and_", criteria)


def _is_plain(clauses):
    return all(clause is None or clause is False or isinstance(clause, str) for clause in clauses)


def filter_by_clauses(target, kwargs):
    """The criteria of `filter_by(name=value)` on what a query is about."""
    if target is None:
        raise exc.InvalidRequestError(
            "Can't use filter_by when the first FROM object in a statement is not an ORM entity or table"
        )
    clauses = []
    for key, value in kwargs.items():
        clauses.append(attribute_of(target, key) == value)
    return clauses


def _search(targets, key):
    """The attribute of that name in whichever of a query's entities has it."""
    found = []
    for target in targets:
        if _lazyscope.kind(target) == "from":
            attribute = target.c.get(key)
        else:
            attribute = getattr(_lazyscope.orm_class(target), key, None)
        if attribute is not None:
            found.append(attribute)
    if len(found) == 1:
        return found[0]
    shown = ", ".join(_shown(target) for target in targets[:3])
    if len(targets) > 3:
        shown += f", ... ({len(targets)} total)"
    if found:
        raise exc.AmbiguousColumnError(
            f'Attribute name "{key}" is ambiguous; it exists in multiple FROM clause entities ({shown}). '
            "Use filter() with explicit column references instead of filter_by()."
        )
    raise exc.InvalidRequestError(
        f'None of the FROM clause entities have a property "{key}". Searched entities: {shown}'
    )


def _shown(target):
    if _lazyscope.kind(target) == "from":
        return str(target)
    class_ = _lazyscope.orm_class(target)
    _, is_alias = _lazyscope.orm_facts(target)
    return f"aliased({class_.__name__})" if is_alias else str(class_.__mapper__)


def attribute_of(target, key):
    """An attribute of a class or alias, or a column of a table, as `filter_by()` looks it up."""
    if _lazyscope.kind(target) == "from":
        column = target.c.get(key)
        if column is None:
            raise exc.InvalidRequestError(f'Entity namespace for "{target.name}" has no property "{key}"')
        return column
    known = _lazyscope.orm_class(target)
    try:
        return getattr(known, key)
    except AttributeError:
        raise exc.InvalidRequestError(
            f'Entity namespace for "{getattr(known, "__tablename__", known)}" has no property "{key}"'
        ) from None


_lazyscope.register("select", Select)


class CompoundSelect(SelectBase):
    """A union and its kin; text with columns too."""

    _public = "sqlalchemy.CompoundSelect"

    def order_by(self, *clauses):
        return self._ordered("order_by", clauses)

    def group_by(self, *clauses):
        return self._ordered("group_by", clauses)

    def _ordered(self, which, clauses):
        reset = _is_plain(clauses) and len(clauses) == 1 and clauses[0] in (None, False)
        return self._take(_lazyscope.query_order(self, which, [] if reset else list(clauses), reset))

    def limit(self, limit):
        return self._take(_lazyscope.query_number(self, "limit", _count(limit, "limit")))

    def offset(self, offset):
        return self._take(_lazyscope.query_number(self, "offset", _count(offset, "offset")))

    def add_cte(self, *ctes, nest_here=False):
        return self._take(_lazyscope.query_ctes(self, list(ctes)))

    def set_label_style(self, style):
        return self._take(_lazyscope.query_label_style(self, style.word))

    def columns(self, *cols, **types):
        refuse("columns() of this")

    def bindparams(self, *binds, **names):
        return self._take(_lazyscope.text_bindparams(self, list(binds), names))


TextualSelect = CompoundSelect
_lazyscope.register("query", CompoundSelect)


@methods_also_in_class_bodies("where", "select_from")
class Exists(ColumnElement):
    """`EXISTS (SELECT …)`."""

    _public = "sqlalchemy.Exists"
    __hash__ = ColumnElement.__hash__
    _select = None

    @classmethod
    def _of(cls, expression, select):
        made = cls.__new__(cls)
        _lazyscope.assume(made, expression)
        made._select = select
        return made

    def _changed(self, select):
        return Exists._of(_lazyscope.query_exists(select), select)

    def where(self, *clauses):
        return self._changed(self._select.where(*clauses))

    def select_from(self, *froms):
        return self._changed(self._select.select_from(*froms))

    def correlate(self, *froms):
        return self._changed(self._select.correlate(*froms))

    def correlate_except(self, *froms):
        return self._changed(self._select.correlate_except(*froms))

    def select(self):
        return select(self)


@also_in_class_bodies
def select(*entities, **kw):
    refuse_arguments("select", kw)
    return _lazyscope.select(_each(entities))


def _each(entities):
    """Entities, with the columns of collections such as `table.c["id", "name"]` one by one."""
    found = []
    for entity in entities:
        found.extend(entity if isinstance(entity, ColumnCollection) else [entity])
    return found


@also_in_class_bodies
def exists(__argument=None):
    from .elements import literal_column

    if __argument is None:
        made = select(literal_column("*"))
    elif isinstance(__argument, SelectBase):
        made = __argument
    else:
        made = select(__argument)
    return Exists._of(_lazyscope.query_exists(made), made)


def _compound(keyword, *selects):
    return _lazyscope.query_compound(keyword, list(selects))


def union(*selects):
    return _compound("union", *selects)


def union_all(*selects):
    return _compound("union_all", *selects)


def except_(*selects):
    return _compound("except_", *selects)


def except_all(*selects):
    return _compound("except_all", *selects)


def intersect(*selects):
    return _compound("intersect", *selects)


def intersect_all(*selects):
    return _compound("intersect_all", *selects)


def alias(selectable, name=None, flat=False):
    return selectable.alias(name)


def cte(selectable, name=None, recursive=False):
    return selectable.cte(name, recursive)


def join(left, right, onclause=None, isouter=False, full=False):
    return _lazyscope.from_join(left, right, onclause, isouter, full)


def outerjoin(left, right, onclause=None, full=False):
    return _lazyscope.from_join(left, right, onclause, True, full)


def table(name, *columns, **kw):
    refuse_arguments("table", kw)
    described = []
    for column in columns:
        described.append({"name": column.name, "type": _lazyscope.expr_type(column), "nullable": True})
    made = _lazyscope.table_lightweight(name, described)
    lightweight = TableClause.__new__(TableClause)
    _lazyscope.assume(lightweight, made)
    return lightweight


class values:
    """`values(column("x", Integer), …, name=…).data([…])`."""

    def __new__(cls, *columns, name=None, literal_binds=False):
        made = object.__new__(cls)
        made._how = (columns, name, literal_binds)
        return made

    def data(self, rows):
        columns, name, literal_binds = self._how
        described = [(column.name, _lazyscope.expr_type(column)) for column in columns]
        return _lazyscope.values_from(name, described, [list(row) for row in rows], literal_binds)


def lateral(selectable, name=None):
    return selectable.lateral(name)


def tablesample(*args, **kw):
    refuse("tablesample")
