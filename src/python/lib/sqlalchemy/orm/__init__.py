"""The ORM as a scenario imports it."""

from .._missing import module_getattr
from ..exc import ArgumentError as _ArgumentError
from . import exc, interfaces  # noqa: F401
from .annotations import DynamicMapped, Mapped, WriteOnlyMapped  # noqa: F401
from .base import (  # noqa: F401
    LoaderCallableStatus,
    NO_VALUE,
    PassiveFlag,
    object_mapper,
)
from .attributes import InstrumentedAttribute, QueryableAttribute  # noqa: F401
from .cascades import CascadeOptions  # noqa: F401
from .collections import (  # noqa: F401
    KeyFuncDict,
    MappedCollection,
    attribute_keyed_dict,
    attribute_mapped_collection,
    column_keyed_dict,
    column_mapped_collection,
    keyfunc_mapping,
    mapped_collection,
)
from .composite import Composite, CompositeProperty, composite  # noqa: F401
from .configure import configure_mappers, configure_for_use as _configure_for_use  # noqa: F401
from .declarative import (  # noqa: F401
    DeclarativeBase,
    DeclarativeBaseNoMeta,
    DeclarativeMeta,
    MappedAsDataclass,
    as_declarative,
    clear_mappers,
    declarative_base,
    declarative_mixin,
    declared_attr,
    has_inherited_table,
    mapped_as_dataclass,
    registry,
    synonym_for,
)
from .events import ORMExecuteState, UOWTransaction, reconstructor, validates  # noqa: F401
from .interfaces import MANYTOMANY, MANYTOONE, ONETOMANY, RelationshipDirection  # noqa: F401
from .mapper import Mapper  # noqa: F401
from .properties import (  # noqa: F401
    ColumnProperty,
    MappedColumn,
    MapperProperty,
    Relationship,
    RelationshipProperty,
    Synonym,
    SynonymProperty,
    backref,
    column_property,
    deferred,
    dynamic_loader,
    mapped_column,
    query_expression,
    relationship,
    synonym,
)
from .dynamic import AppenderQuery  # noqa: F401
from .query import Query  # noqa: F401
from .relationships import foreign, remote  # noqa: F401
from .session import (  # noqa: F401
    Session,
    SessionTransaction,
    close_all_sessions,
    make_transient,
    make_transient_to_detached,
    object_session,
    scoped_session,
    sessionmaker,
)
from .strategy_options import (  # noqa: F401
    Load,
    contains_eager,
    defaultload,
    defer,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    noload,
    raiseload,
    selectinload,
    subqueryload,
    undefer,
    undefer_group,
    with_expression,
)
from .util import AliasedClass, Bundle, aliased, join, outerjoin, with_loader_criteria, with_parent  # noqa: F401


from ..inspection import InstanceState  # noqa: F401
from .base import instance_state as _instance_state
from .writeonly import WriteOnlyCollection  # noqa: F401


def class_mapper(class_, configure=True):
    mapper = getattr(class_, "__mapper__", None)
    if mapper is None:
        if not isinstance(class_, type):
            raise _ArgumentError(f"Class object expected, got '{class_!r}'.")
        raise exc.UnmappedClassError(f"Class '{class_.__module__}.{class_.__name__}' is not mapped")
    if configure:
        _configure_for_use(mapper.registry)
    return mapper


def was_deleted(object_):
    """Whether the row of an object was deleted in a flush."""
    return _instance_state(object_).was_deleted


__getattr__ = module_getattr(__name__)
