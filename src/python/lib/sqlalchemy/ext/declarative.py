"""Where declarative mapping lived before it moved to `sqlalchemy.orm`."""

from .._missing import module_getattr
from .._warnings import deprecated
from ..exc import MovedIn20Warning
from ..orm import declarative_base as _declarative_base
from ..orm import declared_attr  # noqa: F401


def declarative_base(*args, **kwargs):
    deprecated(
        "The ``declarative_base()`` function is now available as sqlalchemy.orm.declarative_base(). (deprecated since: "
        "2.0) (Background on SQLAlchemy 2.0 at: https://sqlalche.me/e/b8d9)",
        MovedIn20Warning,
    )
    return _declarative_base(*args, **kwargs)


__getattr__ = module_getattr(__name__)
