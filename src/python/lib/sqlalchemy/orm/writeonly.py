"""Collections that are only written to."""

import _lazyscope

from .. import exc
from .._missing import Facade, module_getattr


class _Writer:
    """What a write-only collection and a dynamic one have in common."""

    def _belongs(self, instance, key):
        self.instance = instance
        self._key = key

    def _relationship(self):
        return getattr(type(self.instance), self._key)

    def _criterion(self):
        return _lazyscope.path_of_collection(self.instance, self._relationship())

    def _narrow(self, select):
        """A select of the target, for the rows of this collection."""
        prop = self._relationship().prop
        select = select.where(self._criterion())
        if prop.secondary is not None:
            select = select.select_from(prop.mapper.class_, prop.secondary)
        return select.order_by(*prop._order_by) if prop._order_by else select

    def add(self, item):
        _lazyscope.orm_write(self.instance, self._key, True, item)

    def add_all(self, iterator):
        for item in iterator:
            self.add(item)

    def remove(self, item):
        _lazyscope.orm_write(self.instance, self._key, False, item)


class WriteOnlyCollection(_Writer, Facade):
    """A collection that is written to, and read by a statement of the program's own."""

    _public = "WriteOnlyCollection"

    def __init__(self, instance, key):
        self._belongs(instance, key)

    def __iter__(self):
        raise TypeError(
            "WriteOnly collections don't support iteration in-place; to query for collection items, use the select() "
            "method to produce a SQL statement and execute it with session.scalars()."
        )

    def __getattr__(self, name):
        raise AttributeError(f"'WriteOnlyCollection' object has no attribute '{name}'")

    def _target(self):
        return self._relationship().prop.mapper.class_

    def select(self):
        from ..sql.selectable import select

        return self._narrow(select(self._target()))

    def insert(self):
        from ..sql.dml import insert

        prop = self._relationship().prop
        if prop.direction.name != "ONETOMANY":
            raise exc.InvalidRequestError(
                "Write only bulk INSERT only supported for one-to-many collections; for many-to-many, use a separate bulk "
                "INSERT along with add_all()."
            )
        from ..sql.elements import bindparam

        values = {
            column.key: bindparam(None, callable_=lambda key=key: getattr(self.instance, key))
            for key, column in _lazyscope.orm_pairs(type(self.instance).__mapper__, self._key)
        }
        return insert(self._target()).values(**values)

    def update(self):
        from ..sql.dml import update

        return update(self._target()).where(self._criterion())

    def delete(self):
        from ..sql.dml import delete

        return delete(self._target()).where(self._criterion())

    def __repr__(self):
        return f"<sqlalchemy.orm.writeonly.WriteOnlyCollection object at {hex(id(self))}>"


class WriteOnlyAttribute:
    """The attribute of such a collection, as it stands in its class."""

    def __init__(self, of_class, make):
        self._of_class = of_class
        self._make = make

    def __get__(self, instance, owner):
        return self._of_class if instance is None else self._make(instance, self._of_class.key)

    def __set__(self, instance, values):
        _lazyscope.orm_write_all(instance, self._of_class.key, list(values))

    def __delete__(self, instance):
        raise NotImplementedError()


__getattr__ = module_getattr(__name__)
