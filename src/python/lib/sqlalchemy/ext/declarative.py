"""Where declarative mapping lived before it moved to `sqlalchemy.orm`."""

from .._missing import module_getattr
from .._warnings import deprecated
from ..exc import MovedIn20Warning
from ..orm import as_declarative as _as_declarative
from ..orm import declarative_base as _declarative_base
from ..orm import has_inherited_table as _has_inherited_table
from ..orm import declared_attr  # noqa: F401


def _moved(name):
    deprecated(
        f"The ``{name}()`` function is now available as sqlalchemy.orm.{name}(). (deprecated since: 2.0) (Background on "
        "SQLAlchemy 2.0 at: https://sqlalche.me/e/b8d9)",
        MovedIn20Warning,
    )


def declarative_base(*args, **kwargs):
    _moved("declarative_base")
    return _declarative_base(*args, **kwargs)


def as_declarative(*args, **kwargs):
    _moved("as_declarative")
    return _as_declarative(*args, **kwargs)


def has_inherited_table(*args, **kwargs):
    _moved("has_inherited_table")
    return _has_inherited_table(*args, **kwargs)


__getattr__ = module_getattr(__name__)
