"""The query of the 1.x style: a select with the session at hand."""

import functools

import _lazyscope

from .. import exc
from .._missing import Facade
from .._runs import at_end
from .._warnings import deprecated, legacy
from ..engine.events import find
from ..sql.selectable import filter_by_clauses
from ..util import immutabledict
from .util import AliasedClass


def _is_entity(one):
    return isinstance(one, AliasedClass) or hasattr(one, "__mapper__")


def _on_no_statement(method):
    """A method for queries that no whole statement stands for."""

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        if self._is_from_statement and self._asserts:
            raise exc.InvalidRequestError(
                f"Query.{method.__name__}() being called on a Query with an existing full statement - can't apply criterion."
            )
        return method(self, *args, **kwargs)

    return checked


def _before_limit(method):
    """A method that says more of the rows: there must be no LIMIT over them yet."""

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        name = method.__name__
        if self._asserts and _lazyscope.select_is_limited(self._select):
            raise exc.InvalidRequestError(
                f"Query.{name}() being called on a Query which already has LIMIT or OFFSET applied.  Call {name}() "
                "before limit() or offset() are applied."
            )
        return method(self, *args, **kwargs)

    return _on_no_statement(checked)


def _first(method):
    """A method that says what the query is about: nothing may have been said of its rows yet."""

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        if self._asserts and (
            self._is_from_statement or self._select._where_criteria or _lazyscope.select_calls(self._select)
        ):
            raise exc.InvalidRequestError(
                f"Query.{method.__name__}() being called on a Query with existing criterion. "
            )
        return method(self, *args, **kwargs)

    return checked


# Who listens to queries, by class and event: a function, and whether its answer counts.
_listened = {}


class QueryTarget:
    """The queries of a class, which may be changed before they become statements."""

    _events = frozenset({"before_compile", "before_compile_update", "before_compile_delete"})

    def __init__(self, target):
        self._target = target

    def listen(self, identifier, fn, options):
        if identifier not in self._events:
            raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{self._target}'")
        known = _listened.setdefault(self._target, {}).setdefault(identifier, [])
        entry = fn, bool(options.pop("retval", False))
        known.insert(0 if options.pop("insert", False) else len(known), entry)

    def _entry(self, identifier, fn):
        known = _listened.get(self._target, {}).get(identifier, [])
        return next(((known, entry) for entry in known if find([entry[0]], fn) is not None), None)

    def contains(self, identifier, fn):
        return self._entry(identifier, fn) is not None

    def remove(self, identifier, fn):
        found = self._entry(identifier, fn)
        if found is None:
            raise exc.InvalidRequestError(f"No listeners found for event {self._target} / {identifier!r} / {fn} ")
        known, entry = found
        known.remove(entry)


at_end(_listened.clear)


class Query(Facade):
    """`session.query(Author)`."""

    _public = "Query"
    _is_from_statement = False
    # Whether what comes in an order that is mostly a mistake is refused.
    _asserts = True
    # None where the columns are labeled as the query itself needs it, and not at all elsewhere.
    _label_style = None

    def __class_getitem__(cls, item):
        return cls

    def __init__(self, entities, session=None):
        from ..sql.selectable import select

        if not isinstance(entities, (tuple, list)):
            entities = (entities,)
        if any(map(_is_entity, entities)):
            _lazyscope.orm_ensure()
        self.session = session
        self._entities = tuple(entities)
        self._select = _lazyscope.select_flag(
            select(*entities).set_label_style(_legacy_labels()), "legacy_names", True
        )
        self._yield_per = None
        self._options = {}
        # What filter_by() looks into: the entity that was joined last, else what it selects from, else what it selects.
        self._joined = None
        self._selected_from = None
        # The FROM element that everything is read from, after union() and its kin.
        self._from = None

    def _with(self, select, **changes):
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, **changes)
        made._select = select
        return made

    def _read(self, clauses):
        """Clauses as the query reads them: from the union that it is over, if it is over one."""
        if self._from is None:
            return clauses
        return _lazyscope.select_adapt(self._from, list(clauses))

    @_before_limit
    def filter(self, *criteria):
        return self._with(self._select.where(*self._read(criteria)))

    where = filter

    def filter_by(self, **kwargs):
        return self.filter(*filter_by_clauses(self._filtered(kwargs), kwargs))

    def _filtered(self, names):
        for target in (self._joined, self._selected_from):
            if target is not None:
                return target
        targets = _lazyscope.select_filter_targets(self._select)
        if not targets:
            for name in names:
                raise exc.InvalidRequestError(
                    f'Entity namespace for "{self._entities[0]}" has no property "{name}"'
                )
        return targets[0]

    @_before_limit
    def order_by(self, *clauses):
        return self._with(self._select.order_by(*self._read(clauses)))

    @_before_limit
    def group_by(self, *clauses):
        return self._with(self._select.group_by(*self._read(clauses)))

    @_before_limit
    def having(self, *criteria):
        return self._with(self._select.having(*self._read(criteria)))

    @_on_no_statement
    def limit(self, limit):
        return self._with(self._select.limit(limit))

    @_on_no_statement
    def offset(self, offset):
        return self._with(self._select.offset(offset))

    @_on_no_statement
    def slice(self, start, stop):
        return self._with(self._select.slice(start, stop))

    @_on_no_statement
    def distinct(self, *expressions):
        return self._with(self._select.distinct(*expressions))

    @_before_limit
    def join(self, target, onclause=None, *, isouter=False, full=False):
        joined = target
        if _lazyscope.kind(target) == "relationship":
            joined = _lazyscope.path_target(target)
        if self._from is not None and onclause is not None:
            (onclause,) = self._read([onclause])
        return self._with(self._select.join(target, onclause, isouter=isouter, full=full), _joined=joined)

    @_on_no_statement
    def reset_joinpoint(self):
        return self._with(self._select, _joined=None)

    def outerjoin(self, target, onclause=None, *, full=False):
        return self.join(target, onclause, isouter=True, full=full)

    @_first
    def select_from(self, *froms):
        return self._with(self._select.select_from(*froms), _selected_from=froms[0] if froms else None)

    def options(self, *options):
        flat = []
        for option in options:
            flat.extend(option) if isinstance(option, (list, tuple)) else flat.append(option)
        return self._with(self._select.options(*flat))

    def with_entities(self, *entities):
        return self._with(self._select.with_only_columns(*self._read(entities)), _entities=tuple(entities))

    def add_columns(self, *columns):
        return self._with(self._select.add_columns(*self._read(columns)), _entities=self._entities + columns)

    add_column = add_entity = add_columns

    def execution_options(self, **options):
        return self._with(self._select, _options={**self._options, **options})

    def populate_existing(self):
        return self.execution_options(populate_existing=True)

    def yield_per(self, count):
        return self._with(self._select, _yield_per=count)

    def autoflush(self, setting):
        return self.execution_options(autoflush=setting)

    def enable_eagerloads(self, value):
        return self._with(_lazyscope.select_flag(self._select, "without_eager_loads", not value))

    def correlate(self, *froms):
        return self._with(self._select.correlate(*froms))

    def prefix_with(self, *prefixes, **kw):
        return self._with(self._select.prefix_with(*prefixes, **kw))

    def suffix_with(self, *suffixes, **kw):
        return self._with(self._select.suffix_with(*suffixes, **kw))

    def with_for_update(self, **kw):
        return self

    def with_hint(self, *args, **kw):
        return self

    def with_session(self, session):
        return self._with(self._select, session=session)

    def set_label_style(self, style):
        return self._with(self._select.set_label_style(style), _label_style=style)

    def with_labels(self):
        legacy(
            "Query.with_labels() and Query.apply_labels() method",
            "Use set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL) instead.",
        )
        return self.set_label_style(_legacy_labels())

    apply_labels = with_labels

    def params(self, *args, **kwargs):
        values = dict(args[0]) if args else {}
        values.update(kwargs)
        return self.execution_options(parameters={**self._options.get("parameters", {}), **values})

    @_first
    def from_statement(self, statement):
        if isinstance(statement, Query):
            statement = statement.statement
        return self._with(self._select.from_statement(statement), _is_from_statement=True)

    def _combined(self, keyword, others):
        """What the queries select together becomes the one FROM element, as if it were the entities' table."""
        from ..sql.selectable import _compound

        queries = [query._select if isinstance(query, Query) else query for query in (self, *others)]
        from_ = _compound(keyword, *queries).subquery()
        return self._with(_lazyscope.select_entity_from(self._select, from_), _from=from_, _joined=None, _selected_from=None)

    def union(self, *others):
        return self._combined("union", others)

    def union_all(self, *others):
        return self._combined("union_all", others)

    def intersect(self, *others):
        return self._combined("intersect", others)

    def intersect_all(self, *others):
        return self._combined("intersect_all", others)

    def except_(self, *others):
        return self._combined("except_", others)

    def except_all(self, *others):
        return self._combined("except_all", others)

    def with_parent(self, instance, property=None, from_entity=None):
        from .util import with_parent

        legacy("Query.with_parent() method", "Use the with_parent() standalone construct.")
        if property is None:
            property = self._property_to(type(instance).__mapper__, from_entity)
        return self.filter(with_parent(instance, property, from_entity))

    def _property_to(self, parent, entity):
        """The relationship of a class that leads to what the query is about."""
        entity = self._entities[0] if entity is None else entity
        wanted = _lazyscope.orm_class(getattr(entity, "__mapper__", entity))
        for prop in parent.relationships:
            if prop.mapper.class_ is wanted:
                return getattr(parent.class_, prop.key)
        raise exc.InvalidRequestError(
            f"Could not locate a property which relates instances of class '{wanted.__name__}' to instances of class "
            f"'{parent.class_.__name__}'"
        )

    # What it stands for elsewhere.

    @property
    def statement(self):
        return self._told()._statement

    @property
    def _statement(self):
        style = _plain_labels() if self._label_style is None else self._label_style
        made = _lazyscope.select_flag(self._select.set_label_style(style), "legacy_names", False)
        parameters = self._options.get("parameters")
        return made.params(parameters) if parameters else made

    def __clause_element__(self):
        return self.enable_eagerloads(False).set_label_style(_legacy_labels()).statement

    def subquery(self, name=None, with_labels=False, reduce_columns=False):
        query = self.set_label_style(_legacy_labels()) if with_labels else self
        return query.statement.subquery(name)

    def scalar_subquery(self):
        return self.statement.scalar_subquery()

    def exists(self):
        from ..sql.elements import literal_column

        inner = self._select
        targets = _lazyscope.select_filter_targets(inner)
        if targets and not _lazyscope.select_has_froms(inner):
            inner = inner.select_from(targets[0])
        return inner.with_only_columns(literal_column("1")).exists()

    def cte(self, name=None, recursive=False, nesting=False):
        return self.statement.cte(name, recursive, nesting)

    def as_scalar(self):
        return self.scalar_subquery()

    @property
    def selectable(self):
        return self.statement

    @property
    def is_single_entity(self):
        return self._is_single

    @property
    def lazy_loaded_from(self):
        """The object for whose sake the query is a lazy load: none of those is a query of this kind."""

    @property
    def column_descriptions(self):
        from .util import described_columns

        return described_columns(self._entities)

    @property
    def whereclause(self):
        return self._select.whereclause

    def label(self, name):
        return self.scalar_subquery().label(name)

    def __str__(self):
        return _lazyscope.compile_text(self._select, self.session is not None and self.session.bind is not None, False)

    # Results.

    @property
    def _is_single(self):
        if len(self._entities) != 1:
            return False
        return _is_entity(self._entities[0])

    def _result(self, select=None):
        if select is None and (told := self._told()) is not self:
            return told._result(told._select)
        options = dict(self._options)
        parameters = options.pop("parameters", None)
        if self._yield_per:
            options["yield_per"] = self._yield_per
        result = self.session.execute(
            self._select if select is None else select, immutabledict(parameters or {}), execution_options=options
        )
        if self._is_single:
            result = result.scalars()
        if not self._yield_per and any(_is_entity(entity) for entity in self._entities):
            result = result.unique()
        return result

    def _told(self):
        """The query as those who listen to queries leave it."""
        query = self
        for function, counts in _listeners(type(self), "before_compile"):
            answer = function(query)
            query = answer if counts and answer is not None else query
        return query

    def enable_assertions(self, value):
        return self._with(self._select, _asserts=bool(value))

    def __iter__(self):
        return iter(self._result())

    def all(self):
        return self._result().all()

    def first(self):
        if self._is_from_statement:
            return self._result().first()
        return self.limit(1)._result().first()

    def one(self):
        return self._result().one()

    def one_or_none(self):
        return self._result().one_or_none()

    def scalar(self):
        try:
            found = self.one()
        except exc.NoResultFound:
            return None
        return found if self._is_single else found[0]

    def values(self, *columns):
        deprecated(
            "Query.values() is deprecated and will be removed in a future release.  Please use Query.with_entities() "
            "(deprecated since: 1.4)"
        )
        return iter(self.with_entities(*columns))

    def value(self, column):
        deprecated(
            "Query.value() is deprecated and will be removed in a future release.  Please use Query.with_entities() in "
            "combination with Query.scalar() (deprecated since: 1.4)"
        )
        return next((row[0] for row in self.with_entities(column)), None)

    def get(self, ident):
        legacy("Query.get() method", "The method is now available as Session.get()")
        if not self._is_single:
            raise exc.InvalidRequestError("get() can only be used against a single mapped class.")
        # In which order, and how often, says nothing of which.
        calls = set(_lazyscope.select_calls(self._select)) - {"order_by()", "distinct()"}
        if self._select._where_criteria or calls:
            raise exc.InvalidRequestError("Query.get() being called on a Query with existing criterion. ")
        options = dict(self._options)
        return self.session.get(
            self._entities[0],
            ident,
            options=_lazyscope.select_all_options(self._select),
            populate_existing=options.pop("populate_existing", False),
            execution_options=options,
        )

    def count(self):
        from .. import func, literal_column
        from ..sql.selectable import select

        counted = self._told()._select.subquery()
        count = select(func.count(literal_column("*"))).select_from(counted).set_label_style(_legacy_labels())
        count = count.options(*_lazyscope.select_criteria_options(self._select))
        # It is one of the session's own kind, about the same class.
        count = _lazyscope.select_flag(count, "legacy_names", True)
        options = dict(self._options)
        arguments = {"mapper": mapper} if (mapper := self._mapper()) is not None else None
        return self.session.scalar(
            count, options.pop("parameters", None), execution_options=options, bind_arguments=arguments
        )

    def _mapper(self):
        """The mapper of the class that it is about, if it is about one."""
        from ..inspection import inspect

        targets = _lazyscope.select_filter_targets(self._select)
        return next((inspect(target).mapper for target in targets if _lazyscope.kind(target) == "entity"), None)

    def __getitem__(self, item):
        if isinstance(item, slice):
            start, stop, step = item.start, item.stop, item.step
            if any(isinstance(bound, int) and bound < 0 for bound in (start, stop)):
                raise IndexError("negative indexes are not accepted by SQL index / slice operators")
            if isinstance(start, int) and isinstance(stop, int) and stop - start <= 0:
                return []
            found = self.slice(start, stop).all()
            return found[::step] if step is not None else found
        if item < 0:
            raise IndexError("negative indexes are not accepted by SQL index / slice operators")
        return list(self[item : item + 1])[0]

    def _check_writable(self):
        for name in _lazyscope.select_calls(self._select):
            raise exc.InvalidRequestError(
                f"Can't call Query.update() or Query.delete() when {name} has been called"
            )

    def _write(self, statement, synchronize_session):
        statement = statement.where(*self._select._where_criteria)
        options = {**self._options, "synchronize_session": synchronize_session}
        return self.session.execute(statement, options.pop("parameters", None), execution_options=options)

    def _told_of_write(self, event, context):
        query = self
        for function, counts in _listeners(type(self), event):
            answer = function(query, context)
            query = answer if counts and answer is not None else query
        return query

    def _written(self, event, context):
        for function in self.session._listeners_of(event):
            function(context)
        return context.result.rowcount

    def update(self, values, synchronize_session="auto", update_args=None):
        from ..sql.dml import update
        from .events import BulkUpdate

        self._check_writable()
        context = BulkUpdate(self, self._mapper(), None, values=values, update_kwargs=update_args or {})
        query = self._told_of_write("before_compile_update", context)
        context.result = query._write(update(self._entities[0]).values(context.values), synchronize_session)
        return self._written("after_bulk_update", context)

    def delete(self, synchronize_session="auto", delete_args=None):
        from ..sql.dml import delete
        from .events import BulkDelete

        self._check_writable()
        context = BulkDelete(self, self._mapper(), None, delete_kwargs=delete_args)
        query = self._told_of_write("before_compile_delete", context)
        context.result = query._write(delete(self._entities[0]), synchronize_session)
        return self._written("after_bulk_delete", context)


def _listeners(cls, event):
    """Who listens to the queries of a class, and whether their answers count."""
    if not _listened:
        return []
    return [entry for base in reversed(cls.__mro__) for entry in _listened.get(base, {}).get(event, ())]


def _legacy_labels():
    from ..sql.selectable import LABEL_STYLE_TABLENAME_PLUS_COL

    return LABEL_STYLE_TABLENAME_PLUS_COL


def _plain_labels():
    from ..sql.selectable import LABEL_STYLE_DISAMBIGUATE_ONLY

    return LABEL_STYLE_DISAMBIGUATE_ONLY
