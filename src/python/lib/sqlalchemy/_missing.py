"""The words for what SQLAlchemy has and Lazyscope does not have yet."""

import _imp


class NotYet(NotImplementedError, AttributeError):
    """Something of SQLAlchemy that Lazyscope does not have yet."""


NotYet.__module__ = "lazyscope"


def refuse(what):
    raise NotYet(f"Lazyscope does not have {what} yet")


def refuse_arguments(function, unknown):
    """For a function that got keywords it does not know."""
    for name in unknown:
        refuse(f"{function}({name}=…)")


def module_getattr(module):
    """The `__getattr__` of a module: what is missing says so."""

    def __getattr__(name):
        if name.startswith("__") or _imp.is_frozen(f"{module}.{name}"):
            # Python's import asks before it looks for a submodule.
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        raise ImportError(f"Lazyscope does not have {module}.{name} yet")

    return __getattr__


class Facade:
    """Mixed into classes of ours: a method that is missing says so, by the class's name in SQLAlchemy."""

    _public = None

    def __getattr__(self, name):
        if name.startswith("__") or name in _probed:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        cls = type(self)
        raise NotYet(f"Lazyscope does not have {cls._public or cls.__name__}.{name} yet")


# Python and our own code ask for these to find out what an object is.
_probed = frozenset({"_fields", "_ipython_display_", "_repr_html_", "_lazyscope_missing_ok"})
