"""Classes that derive from mapped classes: from which, and by what their rows are told apart."""

import _lazyscope

from .. import exc
from .._missing import refuse
from ..engine import _host
from ..schema import Column
from .properties import ColumnProperty, MappedColumn


def is_mapped(cls):
    """Whether this very class is mapped."""
    return "__mapper__" in cls.__dict__


def mapped_base(cls):
    """The class that a class inherits its mapping from; None when there is none."""
    found = []
    for base in cls.__bases__:
        base = _nearest(base)
        if base is not None and base not in found:
            found.append(base)
    if len(found) > 1:
        raise exc.InvalidRequestError(f"Class {cls} has multiple mapped bases: {found!r}")
    return found[0] if found else None


def _nearest(cls):
    """The class itself if it is mapped, or what an abstract one among its bases derives from."""
    if is_mapped(cls):
        return cls
    for base in cls.__bases__:
        found = _nearest(base)
        if found is not None:
            return found
    return None


def is_overridden(cls, base, name):
    """Whether a mapped class that stands before a mixin among the bases of a class maps the name."""
    for known in cls.__mro__[1:]:
        if known is base:
            return False
        if is_mapped(known) and name in known.__mapper__._properties:
            return True
    return False


def column_keys(mapper):
    """The keys of the columns that a mapper maps."""
    values = () if mapper is None else mapper._properties.values()
    return {column.key for value in values for column in getattr(value, "columns", ()) if hasattr(column, "key")}


def adopt(mapper):
    """Maps what the class inherits, unless it has put something of its own in the place."""
    cls, parent = mapper.class_, mapper.inherits
    for name, value in parent._properties.items():
        if name in mapper._properties or _is_hidden(cls, name):
            continue
        _lazyscope.orm_inherit(mapper, name)
        take_over(mapper, name, value)


def take_over(mapper, name, value):
    """The mapper has an attribute of its parent, and so have those that inherit from it."""
    from .mapping import put_descriptor

    mapper._properties[name] = value
    put_descriptor(mapper, name, value)
    for derived in mapper._derived:
        if name not in derived._properties:
            take_over(derived, name, value)


def _is_hidden(cls, name):
    """Whether the nearest class that has the name has something for it that is not mapped."""
    for base in cls.__mro__:
        if name in base.__dict__:
            mapper = base.__dict__.get("__mapper__")
            # A mixin's own column is what the mapped class has made a copy of.
            return (mapper is None or name not in mapper._properties) and not _is_declared(base.__dict__[name])
    return False


def _is_declared(value):
    from .declarative import declared_attr
    from .properties import MapperProperty

    return isinstance(value, (MapperProperty, Column, declared_attr))


def tell_apart(mapper, mapper_args):
    """By what the rows of the class are told from those of others."""
    _set_discriminator(mapper, mapper_args.get("polymorphic_on"))
    identity = mapper_args.get("polymorphic_identity")
    mapper.polymorphic_identity = identity
    mapper.polymorphic_abstract = bool(mapper_args.get("polymorphic_abstract"))
    if mapper.polymorphic_abstract:
        if mapper.polymorphic_on is None:
            raise exc.InvalidRequestError(
                "The Mapper.polymorphic_abstract parameter may only be used on a mapper hierarchy which includes the "
                "Mapper.polymorphic_on parameter at the base of the hierarchy."
            )
        _lazyscope.orm_polymorphic_abstract(mapper)
    if identity is not None:
        _identify(mapper, identity)
    elif mapper.inherits is not None and not mapper.polymorphic_abstract and mapper.base_mapper.polymorphic_on is not None:
        _host.warn(
            f"{mapper} does not indicate a 'polymorphic_identity', yet is part of an inheritance hierarchy that has a "
            f"'polymorphic_on' column of '{mapper.base_mapper.polymorphic_on}'. If this is an intermediary class that "
            "should not be instantiated, the class may either be left unmapped, or may include the "
            "'polymorphic_abstract=True' parameter in its Mapper arguments. To leave the class unmapped when using "
            "Declarative, set the '__abstract__ = True' attribute on the class."
        )


def _identify(mapper, identity):
    before = _lazyscope.orm_polymorphic_identity(mapper, identity)
    if before is not None and mapper.inherits is not None:
        _host.warn(
            f"Reassigning polymorphic association for identity {identity!r} from {before.__mapper__!r} to {mapper!r}: "
            f"Check for duplicate use of {identity!r} as value for polymorphic_identity."
        )


def _set_discriminator(mapper, given):
    """What `polymorphic_on` says, as a column of the mapper or an expression."""
    if given is None:
        return
    if isinstance(given, str):
        if given not in mapper._properties:
            raise exc.ArgumentError(
                f"Can't determine polymorphic_on value '{given}' - no attribute is mapped to this name."
            )
        given = mapper._properties[given]
    if isinstance(given, MappedColumn):
        given = given.column
    for name, value in mapper._properties.items():
        if value is given or given is not None and any(column is given for column in getattr(value, "columns", ())):
            if not isinstance(value, (MappedColumn, ColumnProperty)):
                break
            mapper._polymorphic_on = value.columns[0]
            _lazyscope.orm_discriminate(mapper, value.columns[0], name)
            return
    column = _own_column(mapper, given)
    if column is not None:
        return _set_discriminator(mapper, column)
    if isinstance(given, Column):
        raise exc.InvalidRequestError(
            f"Could not map polymorphic_on column '{given.name}' to the mapped table - polymorphic loads will not function "
            "properly"
        )
    if not hasattr(given, "label"):
        raise exc.ArgumentError("Only direct column-mapped property or SQL expression can be passed for polymorphic_on")
    mapper._polymorphic_on = given.label("_sa_polymorphic_on")
    _lazyscope.orm_discriminate(mapper, mapper._polymorphic_on, None)


def _own_column(mapper, given):
    """The column of the mapper's table that a class's body or a mixin has named."""
    if not isinstance(given, Column):
        return None
    for value in mapper._properties.values():
        for column in getattr(value, "columns", ()):
            if isinstance(column, Column) and column.key == given.key and column is not given:
                return column
    return None


def refuse_concrete(mapper_args):
    if mapper_args.get("concrete"):
        refuse("concrete table inheritance: a mapper with 'concrete'")
