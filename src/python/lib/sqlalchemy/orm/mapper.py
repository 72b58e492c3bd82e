"""The mapper of a class."""

import _lazyscope

from .._missing import Facade
from ..schema import Column


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

    def __init__(self, class_, node, table, registry, primary_key=()):
        _lazyscope.assume(self, node)
        self.class_ = class_
        self.local_table = self.persist_selectable = self.selectable = table
        self.registry = registry
        # What was said to be the key; the table's own when that is nothing.
        self._primary_key = tuple(primary_key)
        self._properties = {}

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
        return self.local_table.c

    c = columns

    @property
    def primary_key(self):
        return self._primary_key or tuple(self.local_table.primary_key)

    def add_property(self, key, prop):
        from .mapping import add_property
        from .properties import MappedColumn

        add_property(self, key, MappedColumn._of_column(prop) if isinstance(prop, Column) else prop)

    def add_properties(self, dict_of_properties):
        for key, prop in dict_of_properties.items():
            self.add_property(key, prop)

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
