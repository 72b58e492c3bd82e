"""What SQLAlchemy keeps for itself and hands to programs: a dict that does not change."""

from ._missing import module_getattr

__getattr__ = module_getattr("sqlalchemy.util")


class immutabledict(dict):
    """A dict that does not change."""

    def _refuse(self, *args, **kwargs):
        raise TypeError(f"{type(self).__name__} object is immutable")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def union(self, other=None, /, **more):
        """This one and another; this one itself when there is nothing to add."""
        if not other and not more:
            return self
        return immutabledict({**self, **(other or {}), **more})

    def merge_with(self, *others):
        made = self
        for other in others:
            made = made.union(other)
        return made

    def copy(self):
        return self

    def __or__(self, other):
        return immutabledict({**self, **other})

    def __ror__(self, other):
        return immutabledict({**other, **self})

    def __hash__(self):
        raise TypeError(f"unhashable type: {type(self).__name__!r}")

    def __repr__(self):
        return f"immutabledict({dict.__repr__(self)})"
