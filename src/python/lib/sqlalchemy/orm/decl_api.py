"""Declarative mapping, under the name of SQLAlchemy's own module."""

from .._missing import module_getattr
from .declarative import (  # noqa: F401
    DeclarativeAttributeIntercept,
    DeclarativeBase,
    DeclarativeBaseNoMeta,
    DeclarativeMeta,
    MappedAsDataclass,
    as_declarative,
    declarative_base,
    declarative_mixin,
    declared_attr,
    has_inherited_table,
    mapped_as_dataclass,
    registry,
    synonym_for,
)

__getattr__ = module_getattr(__name__)
