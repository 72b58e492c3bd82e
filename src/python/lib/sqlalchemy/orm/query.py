"""The query of the 1.x style: a select with the session at hand."""

import _lazyscope

from .. import exc
from .._missing import Facade, refuse
from .util import AliasedClass


def _is_entity(one):
    return isinstance(one, AliasedClass) or hasattr(one, "__mapper__")


class Query(Facade):
    """`session.query(Author)`."""

    _public = "Query"

    def __init__(self, entities, session=None):
        from ..sql.selectable import select

        if not isinstance(entities, (tuple, list)):
            entities = (entities,)
        self.session = session
        self._entities = tuple(entities)
        self._select = select(*entities).set_label_style(_legacy_labels())
        self._populate_existing = False
        self._yield_per = None
        self._autoflush = True

    def _with(self, select, **changes):
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, **changes)
        made._select = select
        return made

    def filter(self, *criteria):
        return self._with(self._select.where(*criteria))

    where = filter

    def filter_by(self, **kwargs):
        return self._with(self._select.filter_by(**kwargs))

    def order_by(self, *clauses):
        return self._with(self._select.order_by(*clauses))

    def group_by(self, *clauses):
        return self._with(self._select.group_by(*clauses))

    def having(self, *criteria):
        return self._with(self._select.having(*criteria))

    def limit(self, limit):
        return self._with(self._select.limit(limit))

    def offset(self, offset):
        return self._with(self._select.offset(offset))

    def slice(self, start, stop):
        return self._with(self._select.slice(start, stop))

    def distinct(self, *expressions):
        return self._with(self._select.distinct(*expressions))

    def join(self, target, *props, onclause=None, isouter=False, full=False):
        if props:
            onclause = props[0]
        select = self._select
        return self._with(select.join(target, onclause, isouter=isouter, full=full))

    def outerjoin(self, target, *props, full=False):
        return self.join(target, *props, isouter=True, full=full)

    def select_from(self, *froms):
        return self._with(self._select.select_from(*froms))

    def options(self, *options):
        return self._with(self._select.options(*options))

    def with_entities(self, *entities):
        return self._with(self._select.with_only_columns(*entities), _entities=tuple(entities))

    def add_columns(self, *columns):
        return self._with(self._select.add_columns(*columns), _entities=self._entities + columns)

    add_entity = add_columns

    def execution_options(self, **options):
        return self._with(self._select.execution_options(**options))

    def populate_existing(self):
        return self.execution_options(populate_existing=True)

    def yield_per(self, count):
        return self._with(self._select, _yield_per=count)

    def autoflush(self, setting):
        return self._with(self._select.execution_options(autoflush=setting))

    def enable_eagerloads(self, value):
        return self

    def correlate(self, *froms):
        return self._with(self._select.correlate(*froms))

    def union(self, *others):
        refuse("Query.union")

    def with_parent(self, instance, property=None, from_entity=None):
        from .util import with_parent

        return self.filter(with_parent(instance, property))

    # What it stands for elsewhere.

    @property
    def statement(self):
        return self._select.set_label_style(_plain_labels())

    def __clause_element__(self):
        return self.statement

    def subquery(self, name=None, with_labels=False, reduce_columns=False):
        return self.statement.subquery(name)

    def scalar_subquery(self):
        return self.statement.scalar_subquery()

    def exists(self):
        return self.statement.exists()

    def label(self, name):
        return self.scalar_subquery().label(name)

    def __str__(self):
        return str(self._select)

    # Results.

    @property
    def _is_single(self):
        if len(self._entities) != 1:
            return False
        return _is_entity(self._entities[0])

    def _result(self, select=None):
        options = {"yield_per": self._yield_per} if self._yield_per else {}
        result = self.session.execute(self._select if select is None else select, execution_options=options)
        if self._is_single:
            result = result.scalars()
        if not self._yield_per and any(_is_entity(entity) for entity in self._entities):
            result = result.unique()
        return result

    def __iter__(self):
        return iter(self._result())

    def all(self):
        return self._result().all()

    def first(self):
        return self._result(self._select.limit(1)).first()

    def one(self):
        return self._result().one()

    def one_or_none(self):
        return self._result().one_or_none()

    def scalar(self):
        found = self.one_or_none()
        if found is None or self._is_single:
            return found
        return found[0]

    def get(self, ident):
        if not self._is_single:
            raise exc.InvalidRequestError("get() can only be used against a single mapped class.")
        return self.session.get(self._entities[0], ident)

    def count(self):
        from .. import func, literal_column
        from ..sql.selectable import select

        counted = self._select.subquery()
        return self.session.scalar(select(func.count(literal_column("*"))).select_from(counted).set_label_style(_legacy_labels()))

    def __getitem__(self, item):
        if isinstance(item, slice):
            return self.slice(item.start or 0, item.stop).all()
        return self.slice(item, item + 1).all()[0]

    def update(self, values, synchronize_session="auto", update_args=None):
        from ..sql.dml import update

        statement = update(self._entities[0]).values(values)
        statement = statement.where(*self._select._where_criteria)
        result = self.session.execute(statement, execution_options={"synchronize_session": synchronize_session})
        return result.rowcount

    def delete(self, synchronize_session="auto", delete_args=None):
        from ..sql.dml import delete

        statement = delete(self._entities[0]).where(*self._select._where_criteria)
        result = self.session.execute(statement, execution_options={"synchronize_session": synchronize_session})
        return result.rowcount


def _legacy_labels():
    from ..sql.selectable import LABEL_STYLE_TABLENAME_PLUS_COL

    return LABEL_STYLE_TABLENAME_PLUS_COL


def _plain_labels():
    from ..sql.selectable import LABEL_STYLE_DISAMBIGUATE_ONLY

    return LABEL_STYLE_DISAMBIGUATE_ONLY
