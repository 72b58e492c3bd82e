"""From a class, its table and its properties to its mapper: where declarative and imperative mapping meet."""

import _lazyscope

from .. import exc, inspection
from .._missing import refuse
from ..engine import _host
from ..schema import Column, column_of
from . import _dataclass, _version, configure, events, inheritance
from .attributes import InstrumentedAttribute, RelationshipAttribute
from .composite import CompositeProperty
from .mapper import Mapper
from .properties import Later, MappedColumn, MapperProperty, RelationshipProperty, SynonymProperty
from .writeonly import WriteOnlyAttribute, WriteOnlyCollection


class MappedObject(_lazyscope.Entity):
    """What the objects of every mapped class are."""

    def __reduce_ex__(self, protocol):
        refuse("copies and pickles of mapped objects")

    def __new__(cls, *args, **kwargs):
        mapper = getattr(cls, "__mapper__", None)
        # A class that was mapped imperatively, and is no longer, has none.
        registry = getattr(cls, "registry", None) if mapper is None else mapper.registry
        if configure.pending and registry is not None:
            configure.configure_for_use(registry)
        if configure._failed:
            configure.check(registry)
        if mapper is None:
            return _unmapped(cls, kwargs)
        # A class that was mapped imperatively was made over `object`, whose __new__ Python would hold it to.
        made = _lazyscope.orm_new(cls)
        listeners = mapper.__dict__.get("_listeners")
        if listeners is not None:
            for function in listeners.events.get("init", ()):
                function(made, args, kwargs)
        return made

    @property
    def _sa_instance_state(self):
        return inspection.InstanceState(self)

    @property
    def __dict__(self):
        """What the object holds: what is loaded of its mapped attributes, and the others that the program set."""
        held = {"_sa_instance_state": inspection.InstanceState(self)}
        held.update(_lazyscope.orm_dict(self))
        return held

    def __init__(self, **kwargs):
        cls = type(self)
        for key, value in kwargs.items():
            _check_keyword(cls, key)
            setattr(self, key, value)

    # Python's words for wrong arguments have the name of a plain function.
    __init__.__qualname__ = "__init__"


def _check_keyword(cls, key):
    if not hasattr(cls, key):
        raise TypeError(f"{key!r} is an invalid keyword argument for {cls.__name__}")


def _unmapped(cls, kwargs):
    """An object of a base, which no table stands behind."""
    for key in kwargs:
        _check_keyword(cls, key)
    return type(cls.__name__, (), {"__module__": cls.__module__})()


def warn_of_namesake(registry, cls):
    """Two classes of one name: only one of them can be meant by it."""
    known = registry._classes.get(cls.__name__)
    if known is not None and known.__module__ == cls.__module__:
        _host.warn(
            "This declarative base already contains a class with the same class name and module name as "
            f"{cls.__module__}.{cls.__name__}, and will be replaced in the string-lookup table."
        )


def map_imperatively(registry, cls, table, properties, mapper_args):
    """Maps a plain class, whose objects become mapped ones."""
    if "__mapper__" in cls.__dict__:
        raise exc.ArgumentError(f"Class '{cls!r}' already has a primary mapper defined. ")
    inherits = mapper_args.get("inherits")
    if inherits is None and (table is None or hasattr(cls, "__mapper__")):
        refuse(f"a class that derives from a mapped one without inheriting its mapping ({cls.__name__})")
    if isinstance(inherits, Mapper):
        mapper_args = {**mapper_args, "inherits": inherits.class_}
    if inherits is not None and not issubclass(cls, mapper_args["inherits"]):
        raise exc.ArgumentError(
            f"Class '{cls.__name__}' does not inherit from '{mapper_args['inherits'].__name__}'"
        )
    given = {}
    for name, value in properties.items():
        if isinstance(value, Column):
            value = MappedColumn._of_column(value)
        elif not isinstance(value, MapperProperty):
            refuse(f"{type(value).__name__} among the properties of map_imperatively()")
        list(value._columns_of(name, None))
        given[name] = value
    bases = tuple(base for base in cls.__bases__ if base is not object)
    if not issubclass(cls, MappedObject):
        cls.__bases__ = (*bases, MappedObject)
    warn_of_namesake(registry, cls)
    return map_to_table(cls, registry, table, given, mapper_args)


# What `__mapper_args__` and map_imperatively() can say.
_ARGUMENTS = frozenset(
    """column_prefix confirm_deleted_rows eager_defaults exclude_properties include_properties inherit_condition inherits
    polymorphic_abstract polymorphic_identity polymorphic_on primary_key version_id_col version_id_generator""".split()
)


def map_to_table(cls, registry, table, properties, mapper_args):
    """Makes the mapper of a class; `properties` has what is mapped in another way than columns are by themselves. Without
    a table it shares that of the class that it inherits from."""
    inheritance.refuse_concrete(mapper_args)
    for key in mapper_args:
        if key not in _ARGUMENTS:
            refuse(f"a mapper with {key!r}")
    inherits = mapper_args.get("inherits")
    parent = None if inherits is None else inherits.__mapper__
    own_table, table = table, parent.local_table if table is None else table
    key = [_column_in(table, column) for column in mapper_args.get("primary_key") or ()]
    confirms = mapper_args.get("confirm_deleted_rows", True)
    condition = _condition(mapper_args.get("inherit_condition"), table)
    node = _lazyscope.orm_mapper(registry._native, cls, own_table, key, confirms, parent, condition)
    mapper = Mapper(cls, node, table, registry, key, parent)
    cls.__mapper__ = mapper
    cls.__table__ = table
    _lazyscope.orm_adopt(cls, MappedObject)
    if mapper_args.get("eager_defaults", "auto") != "auto":
        _lazyscope.orm_eager_defaults(mapper, bool(mapper_args["eager_defaults"]))
    _map_attributes(mapper, table, properties, mapper_args)
    inheritance.tell_apart(mapper, mapper_args)
    _version.count(mapper, mapper_args)
    _lazyscope.orm_check_key(mapper)
    registry._classes[cls.__name__] = cls
    if _dataclass.is_dataclass(cls):
        _dataclass.make(cls, {**properties, **mapper._properties, **properties})
    events.add_validators(cls, mapper)
    events.inherit(mapper)
    events.add_reconstructor(cls, mapper)
    configure.add(mapper)
    return mapper


def _condition(given, table):
    """How the table is joined to that of the class inherited from, where that was said."""
    if isinstance(given, Later):
        # What a class body compares has a table by now.
        return given._resolve(lambda part: column_of(part, table))
    return given() if callable(given) and not isinstance(given, _lazyscope.Node) else given


def _column_in(table, column):
    if isinstance(column, MappedColumn):
        column = column.column
    return table.c[column if isinstance(column, str) else column.key]


def _map_attributes(mapper, table, properties, mapper_args):
    # What is no column of the table comes first, then the columns in the table's order.
    of_column = {}
    for name, value in properties.items():
        key = value._column_key()
        if key is None:
            _map(mapper, name, value)
        else:
            of_column.setdefault(key, []).append((name, value))
    if mapper.inherits is not None:
        inheritance.adopt(mapper)
    inherited = inheritance.column_keys(mapper.inherits)
    included = _keys(mapper_args.get("include_properties"))
    excluded = _keys(mapper_args.get("exclude_properties")) or ()
    prefix = mapper_args.get("column_prefix") or ""
    for column in table.columns:
        for name, value in of_column.get(column.key, ()):
            _map(mapper, name, value)
        name = prefix + column.key
        if column.key in of_column or column.key in excluded:
            continue
        # A table of its own may have columns for what the class inherits.
        if mapper.single and column.key in inherited:
            continue
        if name in mapper._properties and not _is_inherited(mapper, name):
            continue
        if included is None or column.key in included:
            _map(mapper, name, MappedColumn._of_column(column))


def _is_inherited(mapper, name):
    return mapper.inherits is not None and mapper.inherits._properties.get(name) is mapper._properties[name]


def _keys(given):
    return None if given is None else {one if isinstance(one, str) else one.key for one in given}


def add_property(mapper, name, value):
    """Maps one more attribute of a class that is mapped already."""
    _map(mapper, name, value)
    if isinstance(value, RelationshipProperty):
        configure.more(mapper)


def _map(mapper, name, value):
    cls = mapper.class_
    value._map(mapper, name)
    if isinstance(value, SynonymProperty):
        type.__setattr__(cls, name, value)
        return
    mapper._properties[name] = value
    put_descriptor(mapper, name, value)
    for derived in mapper._derived:
        if name not in derived._properties:
            inheritance.take_over(derived, name, value)


def put_descriptor(mapper, name, value):
    """Puts into the class what stands for an attribute."""
    cls = mapper.class_
    if isinstance(value, CompositeProperty):
        type.__setattr__(cls, name, value)
        return
    kind = RelationshipAttribute if isinstance(value, RelationshipProperty) else InstrumentedAttribute
    of_class = kind(cls, name, mapper)
    type.__setattr__(cls, name, _descriptor(cls, name, value, of_class))


def _descriptor(cls, name, value, of_class):
    """What stands in the class for an attribute."""
    lazy = value._options.get("lazy") if isinstance(value, RelationshipProperty) else None
    if lazy is not None:
        lazy = _lazyscope.orm_toggled(f"{cls.__name__}.{name}") or lazy
    if lazy == "write_only":
        return WriteOnlyAttribute(of_class, WriteOnlyCollection)
    if lazy == "dynamic":
        from .dynamic import AppenderQuery

        return WriteOnlyAttribute(of_class, AppenderQuery)
    return _lazyscope.orm_attribute(cls, name, of_class)
