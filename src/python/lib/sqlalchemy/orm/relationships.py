"""Marks for the columns of a join condition."""

import _lazyscope

from .._missing import module_getattr
from ..schema import Column
from ..sql.elements import also_in_class_bodies
from .properties import Relationship, RelationshipProperty  # noqa: F401


@also_in_class_bodies
def foreign(column):
    """The column refers to the other one, whatever the foreign keys say."""
    return _marked(column, "foreign")


@also_in_class_bodies
def remote(column):
    """The column is on the far side."""
    return _marked(column, "remote")


class AnnotatedColumn(Column):
    """A column of a table with a mark. Python asks it first what `column == marked` is, as it is of a derived class."""


def _marked(column, mark):
    marked = _lazyscope.orm_mark(column, mark)
    if not isinstance(column, Column):
        return marked
    annotated = AnnotatedColumn.__new__(AnnotatedColumn)
    annotated.__dict__.update(column.__dict__)
    _lazyscope.assume(annotated, marked)
    return annotated


__getattr__ = module_getattr(__name__)
