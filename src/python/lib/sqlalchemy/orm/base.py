"""What the modules of the ORM have in common."""

import _lazyscope

from .._missing import module_getattr
from ._statuses import *  # noqa: F403
from ._statuses import loads  # noqa: F401
from .interfaces import MANYTOMANY, MANYTOONE, ONETOMANY, RelationshipDirection  # noqa: F401


def object_mapper(instance):
    """The mapper of an object's class."""
    return instance_state(instance).mapper


def instance_state(instance):
    """What the session knows of an object."""
    from ..inspection import InstanceState

    _lazyscope.orm_state(instance)
    return InstanceState(instance)


def instance_dict(instance):
    """What an object has of its own."""
    return instance.__dict__


__getattr__ = module_getattr(__name__, {"Mapped": "sqlalchemy.orm.annotations"})
