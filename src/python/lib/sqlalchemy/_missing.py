"""The words for what SQLAlchemy has and Lazyscope does not have yet."""

import _imp
import importlib

from ._lacking import LACKING


class NotYet(NotImplementedError, AttributeError):
    """Something of SQLAlchemy that Lazyscope does not have yet."""


NotYet.__module__ = "lazyscope"


def refuse(what):
    raise NotYet(f"Lazyscope does not have {what} yet")


def refuse_arguments(function, unknown):
    """For a function that got keywords it does not know."""
    for name in unknown:
        refuse(f"{function}({name}=…)")


def module_getattr(module, elsewhere=None):
    """The `__getattr__` of a module: what is missing says so.

    `elsewhere` has the names that SQLAlchemy defines here and we in another module, which is imported only when one of
    them is asked for.
    """
    elsewhere = elsewhere or {}

    def __getattr__(name):
        if name in elsewhere:
            return getattr(importlib.import_module(elsewhere[name]), name)
        if name.startswith("__") or _imp.is_frozen(f"{module}.{name}"):
            # Python's import asks before it looks for a submodule.
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        raise ImportError(f"Lazyscope does not have {module}.{name} yet")

    return __getattr__


class Facade:
    """Mixed into classes of ours: what SQLAlchemy's class has and ours lacks says so; other names are not there."""

    _public = None

    def __getattr__(self, name):
        cls = type(self)
        is_refused = hasattr(cls, name) or _is_lacking(cls, name)
        if name.startswith("__") or name in _probed or not is_refused:
            raise AttributeError(self._no_attribute(name))
        raise NotYet(f"Lazyscope does not have {cls._public or cls.__name__}.{name} yet")

    def _no_attribute(self, name):
        return f"'{type(self).__name__}' object has no attribute '{name}'"


def _is_lacking(cls, name):
    names = [base.__dict__.get("_lacks", base.__name__) for base in cls.__mro__]
    known = [LACKING[name] for name in names if name in LACKING]
    return not known or any(name in names for names in known)


# Python and our own code ask for these to find out what an object is.
_probed = frozenset({"_fields", "_ipython_display_", "_repr_html_", "_lazyscope_missing_ok"})
