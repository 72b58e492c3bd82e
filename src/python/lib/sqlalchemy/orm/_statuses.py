"""What attributes answer with instead of a value, and the flags that say what may be loaded."""

import enum


class LoaderCallableStatus(enum.Enum):
    """What stands in the place of a value that is not there."""

    PASSIVE_NO_RESULT = 0
    PASSIVE_CLASS_MISMATCH = 1
    ATTR_WAS_SET = 2
    ATTR_EMPTY = 3
    NO_VALUE = 4
    NEVER_SET = NO_VALUE
    DONT_SET = 5


PASSIVE_NO_RESULT, PASSIVE_CLASS_MISMATCH, ATTR_WAS_SET, ATTR_EMPTY, NO_VALUE, DONT_SET = LoaderCallableStatus
NEVER_SET = NO_VALUE


class _Flag(int):
    """A number with the name that it is shown by."""

    def __new__(cls, value, name):
        made = super().__new__(cls, value)
        made.name = name
        return made

    def __repr__(self):
        return f"symbol({self.name!r})"

    __str__ = __repr__


class PassiveFlag:
    """What may be done for a value that is not loaded."""


def _define(name, value):
    flag = _Flag(value, name)
    setattr(PassiveFlag, name, flag)
    globals()[name] = flag


_define("NO_CHANGE", 0)
for _place, _name in enumerate(
    """CALLABLES_OK SQL_OK RELATED_OBJECT_OK INIT_OK NON_PERSISTENT_OK LOAD_AGAINST_COMMITTED NO_AUTOFLUSH NO_RAISE
    DEFERRED_HISTORY_LOAD INCLUDE_PENDING_MUTATIONS""".split()
):
    _define(_name, 1 << _place)
_define("PASSIVE_OFF", RELATED_OBJECT_OK | NON_PERSISTENT_OK | INIT_OK | CALLABLES_OK | SQL_OK)  # noqa: F821
_define("PASSIVE_RETURN_NO_VALUE", PASSIVE_OFF ^ INIT_OK)  # noqa: F821
_define("PASSIVE_NO_INITIALIZE", PASSIVE_RETURN_NO_VALUE ^ CALLABLES_OK)  # noqa: F821
_define("PASSIVE_NO_FETCH", PASSIVE_OFF ^ SQL_OK)  # noqa: F821
_define("PASSIVE_NO_FETCH_RELATED", PASSIVE_OFF ^ RELATED_OBJECT_OK)  # noqa: F821
_define("PASSIVE_ONLY_PERSISTENT", PASSIVE_OFF ^ NON_PERSISTENT_OK)  # noqa: F821


def loads(passive):
    """Whether what is not loaded may be loaded by a statement."""
    return bool(passive & CALLABLES_OK and passive & SQL_OK)  # noqa: F821
