"""What an operation on an object does to those that it is related to: the words of `cascade=`."""

import re

from .. import exc
from ..engine import _host

_WITH_ALL = frozenset({"save-update", "merge", "refresh-expire", "expunge", "delete"})
_KNOWN = _WITH_ALL | {"all", "none", "delete-orphan"}
_OF_VIEWS = frozenset({"merge", "refresh-expire", "expunge"})


class CascadeOptions(frozenset):
    """The cascades of a relationship, `all` spelled out."""

    def __new__(cls, value_list):
        if isinstance(value_list, str) or value_list is None:
            value_list = [word for word in re.split(r"\s*,\s*", value_list or "") if word]
        values = set(value_list)
        unknown = sorted(values - _KNOWN)
        if unknown:
            raise exc.ArgumentError(f"Invalid cascade option(s): {', '.join(map(repr, unknown))}")
        if "all" in values:
            values |= _WITH_ALL
        if "none" in values:
            values.clear()
        values.discard("all")
        if "delete-orphan" in values and "delete" not in values:
            _host.warn("The 'delete-orphan' cascade option requires 'delete'.")
        return super().__new__(cls, values)

    @classmethod
    def from_string(cls, arg):
        return cls(arg)

    def _of_view(self):
        """Those that make sense where nothing is written."""
        return CascadeOptions(self & _OF_VIEWS)

    def __repr__(self):
        return f"CascadeOptions({','.join(sorted(self))!r})"

    # One question for each word.

    save_update = property(lambda self: "save-update" in self)
    merge = property(lambda self: "merge" in self)
    refresh_expire = property(lambda self: "refresh-expire" in self)
    expunge = property(lambda self: "expunge" in self)
    delete = property(lambda self: "delete" in self)
    delete_orphan = property(lambda self: "delete-orphan" in self)
