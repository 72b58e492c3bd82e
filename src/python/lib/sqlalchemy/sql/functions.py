"""The functions of SQL that SQLAlchemy knows by name; `func` makes those and all others."""

from .._missing import module_getattr
from .elements import Function, func  # noqa: F401

_KNOWN = frozenset(
    """coalesce max min sum now pow concat char_length random count current_date current_time current_timestamp
    current_user localtime localtimestamp session_user sysdate user array_agg mode percentile_cont percentile_disc rank
    dense_rank percent_rank cume_dist""".split()
)
_fallback = module_getattr(__name__)


def __getattr__(name):
    return getattr(func, name) if name in _KNOWN else _fallback(name)
