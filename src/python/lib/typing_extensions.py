"""Stands in for `typing_extensions`, which SQLAlchemy brings along: what of it is in `typing` too."""

import typing
from typing import *  # noqa: F403

from sqlalchemy._missing import refuse


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if hasattr(typing, name):
        return getattr(typing, name)
    refuse(f"typing_extensions.{name}")
