"""Directions of relationships, and the names that programs look for here."""

import enum

from .._missing import module_getattr
from ..sql.operators import Operating
from .properties import MapperProperty  # noqa: F401


class RelationshipDirection(enum.Enum):
    ONETOMANY = 1
    MANYTOONE = 2
    MANYTOMANY = 3


class PropComparator(Operating):
    """How a mapped attribute is compared in a query."""


class ExecutableOption:
    """What `.options()` of a statement takes."""


class ORMOption(ExecutableOption):
    """What `.options()` of a statement takes for its mapped classes."""


class LoaderOption(ORMOption):
    """An option that says how attributes are loaded."""


ONETOMANY = RelationshipDirection.ONETOMANY
MANYTOONE = RelationshipDirection.MANYTOONE
MANYTOMANY = RelationshipDirection.MANYTOMANY

__getattr__ = module_getattr(__name__)
