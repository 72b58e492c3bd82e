"""The mapper of a class."""

import _lazyscope

from .._missing import Facade, module_getattr
from ..schema import Column
from .properties import SynonymProperty


class _Attributes:
    """Mapped attributes by name."""

    def __init__(self, found):
        self._found = found

    def keys(self):
        return list(self._found)

    def values(self):
        return list(self._found.values())

    def items(self):
        return list(self._found.items())

    def __iter__(self):
        return iter(self._found.values())

    def __len__(self):
        return len(self._found)

    def __contains__(self, name):
        return name in self._found

    def __getitem__(self, name):
        return self._found[name]

    def __getattr__(self, name):
        try:
            return self._found[name]
        except KeyError:
            raise AttributeError(name) from None


class Mapper(Facade, _lazyscope.Node):
    """How a class is mapped."""

    _public = "Mapper"

    def __init__(self, class_, node, table, registry, primary_key=(), inherits=None):
        _lazyscope.assume(self, node)
        self.class_ = class_
        self.local_table = table
        self.inherits = inherits
        # The mappers that inherit from it.
        self._derived = []
        if inherits is not None:
            inherits._derived.append(self)
        self.base_mapper = self if inherits is None else inherits.base_mapper
        self.single = inherits is not None and table is inherits.local_table
        self.concrete = False
        self._polymorphic_on = None
        self.polymorphic_identity = None
        self.polymorphic_abstract = False
        self.registry = registry
        # What was said to be the key; the table's own when that is nothing.
        self._primary_key = tuple(primary_key)
        self._properties = {}
        self.configured = False

    @property
    def persist_selectable(self):
        """What its rows are read from: its table, joined to those that it inherits from."""
        if self.inherits is None:
            return self.local_table
        return self.inherits.persist_selectable if self.single else _lazyscope.orm_table(self)

    selectable = persist_selectable

    @property
    def polymorphic_on(self):
        """What tells of which class a row is."""
        if self._polymorphic_on is None and self.inherits is not None:
            return self.inherits.polymorphic_on
        return self._polymorphic_on

    @property
    def polymorphic_map(self):
        """The mapper of each polymorphic identity of the hierarchy."""
        every = self.base_mapper.self_and_descendants
        return {one.polymorphic_identity: one for one in every if one.polymorphic_identity is not None}

    @property
    def entity(self):
        return self.class_

    @property
    def mapper(self):
        return self

    @property
    def attrs(self):
        _lazyscope.orm_ensure()
        ordered = [key for key, _ in _lazyscope.orm_keys(self)]
        return _Attributes({key: self._properties[key] for key in ordered if key in self._properties})

    def _keys(self, is_relationship):
        _lazyscope.orm_ensure()
        return [key for key, kind in _lazyscope.orm_keys(self) if kind == is_relationship]

    @property
    def relationships(self):
        return _Attributes({key: self._properties[key] for key in self._keys(True)})

    @property
    def column_attrs(self):
        return _Attributes({key: self._properties[key] for key in self._keys(False)})

    @property
    def columns(self):
        """The column behind each attribute that is one, by the attribute's name."""
        return _Attributes({key: value.columns[0] for key, value in self.column_attrs.items()})

    c = columns

    @property
    def primary_key(self):
        if not self._primary_key and self.inherits is not None:
            return self.inherits.primary_key
        return self._primary_key or tuple(self.local_table.primary_key)

    def add_property(self, key, prop):
        from .mapping import add_property
        from .properties import MappedColumn

        add_property(self, key, MappedColumn._of_column(prop) if isinstance(prop, Column) else prop)

    def add_properties(self, dict_of_properties):
        for key, prop in dict_of_properties.items():
            self.add_property(key, prop)

    @property
    def tables(self):
        found = []
        for mapper in reversed(list(self.iterate_to_root())):
            if not any(mapper.local_table is table for table in found):
                found.append(mapper.local_table)
        return found

    @property
    def synonyms(self):
        found = vars(self.class_).items()
        return _Attributes({key: value for key, value in found if isinstance(value, SynonymProperty)})

    @property
    def all_orm_descriptors(self):
        """What of the class stands for something in SQL: mapped attributes, hybrids, proxies."""
        _lazyscope.orm_ensure()
        found = {}
        for base in self.class_.__mro__:
            for key, value in vars(base).items():
                if key in self._properties:
                    found.setdefault(key, getattr(self.class_, key))
                elif isinstance(value, SynonymProperty) or hasattr(value, "extension_type"):
                    found.setdefault(key, value)
        return _Attributes(found)

    @property
    def iterate_properties(self):
        return iter([*self.attrs, *self.synonyms])

    def has_property(self, key):
        return key in self._properties or key in self.synonyms

    def get_property_by_column(self, column):
        for mapper in self.iterate_to_root():
            for value in mapper.attrs:
                if any(one is column for one in getattr(value, "columns", ())):
                    return self._properties.get(value.key, value)
        from .exc import UnmappedColumnError

        raise UnmappedColumnError(f"No column {column} is configured on mapper {self}...")

    def _key_attributes(self):
        return [self.get_property_by_column(column).key for column in self.primary_key]

    def primary_key_from_instance(self, instance):
        """The values of an object's key as they are, in order."""
        return tuple(getattr(instance, key) for key in self._key_attributes())

    def identity_key_from_instance(self, instance):
        return self.identity_key_from_primary_key(self.primary_key_from_instance(instance))

    def identity_key_from_primary_key(self, primary_key, identity_token=None):
        return (self._identity_class, tuple(primary_key), identity_token)

    @property
    def _identity_class(self):
        """The class that identities name."""
        if self.inherits is None or self.polymorphic_identity is None:
            return self.class_
        return self.inherits._identity_class

    def isa(self, other):
        return any(mapper is other for mapper in self.iterate_to_root())

    def iterate_to_root(self):
        mapper = self
        while mapper is not None:
            yield mapper
            mapper = mapper.inherits

    @property
    def self_and_descendants(self):
        found = [self]
        for mapper in found:
            found.extend(mapper._derived)
        return tuple(found)

    def polymorphic_iterator(self):
        return iter(self.self_and_descendants)

    def primary_mapper(self):
        return self

    def common_parent(self, other):
        return other.base_mapper is self.base_mapper

    def is_sibling(self, other):
        """Whether both are of one hierarchy, and neither derives from the other."""
        return self.common_parent(other) and not self.isa(other) and not other.isa(self)

    def get_property(self, key):
        try:
            return self._properties[key]
        except KeyError:
            from ..exc import InvalidRequestError

            raise InvalidRequestError(
                f"Mapper '{self}' has no property '{key}'.  If this property was indicated from other mappers or "
                "configure events, ensure registry.configure() has been called."
            ) from None

    def __str__(self):
        return f"Mapper[{self.class_.__name__}({self.local_table.name})]"

    def __repr__(self):
        return f"<Mapper at {hex(id(self))}; {self.class_.__name__}>"


__getattr__ = module_getattr(__name__, {"configure_mappers": "sqlalchemy.orm.configure"})
