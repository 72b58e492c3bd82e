"""Marks for the columns of a join condition."""

import _lazyscope

from .._missing import module_getattr
from .properties import RelationshipProperty  # noqa: F401


def foreign(column):
    """The column refers to the other one, whatever the foreign keys say."""
    return _lazyscope.orm_mark(column, "foreign")


def remote(column):
    """The column is on the far side."""
    return _lazyscope.orm_mark(column, "remote")


__getattr__ = module_getattr(__name__)
