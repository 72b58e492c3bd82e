"""What SQLAlchemy warns of, by the class of the warning."""

import warnings

from . import exc


def warn(message):
    warnings.warn(message, exc.SAWarning, stacklevel=2)


def deprecated(message, category=exc.SADeprecationWarning):
    warnings.warn(message, category, stacklevel=3)


def legacy(method, instead):
    """Warns of what is there for programs of the 1.x style."""
    deprecated(
        f"The {method} is considered legacy as of the 1.x series of SQLAlchemy and becomes a legacy construct in 2.0. "
        f"{instead} (deprecated since: 2.0) (Background on SQLAlchemy 2.0 at: https://sqlalche.me/e/b8d9)",
        exc.LegacyAPIWarning,
    )
