"""`version_id_col`: the column of a mapping that counts how often its rows have been written."""

import _lazyscope

from .. import exc
from ..engine import _host
from ..schema import Column
from .properties import MappedColumn


def _next(version):
    return (version or 0) + 1


def count(mapper, mapper_args):
    """Takes over what the mapping, or that of the class that it inherits from, says of versions."""
    generator = mapper_args.get("version_id_generator")
    mapper.version_id_generator = _next if generator is None else generator
    mapper.version_id_col = None
    parent, given = mapper.inherits, mapper_args.get("version_id_col")
    if given is None:
        if parent is not None:
            mapper.version_id_col, mapper.version_id_generator = parent.version_id_col, parent.version_id_generator
        return
    name, column = _mapped(mapper, given)
    mapper.version_id_col = column
    if parent is not None and parent.version_id_col is not None and parent.version_id_col is not column:
        _host.warn(
            f"Inheriting version_id_col '{column.name}' does not match inherited version_id_col "
            f"'{parent.version_id_col.name}' and will not automatically populate the inherited versioning column. "
            "version_id_col should only be specified on the base-most mapper that includes versioning."
        )
    generator = None if mapper.version_id_generator is False else mapper.version_id_generator
    _lazyscope.orm_version(mapper, name, column, generator)


def _mapped(mapper, given):
    """The attribute that holds the column, and that column as the table of the class has it."""
    given = given.column if isinstance(given, MappedColumn) else given
    for is_meant in (lambda column: column is given, lambda column: column.key == given.key):
        for name, value in mapper._properties.items():
            for column in getattr(value, "columns", ()):
                if isinstance(column, Column) and is_meant(column):
                    return name, column
    raise exc.ArgumentError(f"Column '{given}' is not mapped by {mapper}")
