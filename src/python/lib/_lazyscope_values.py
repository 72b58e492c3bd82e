"""Values on their way into SQLite and out of it, where Python knows best how."""

import datetime as _datetime
import decimal as _decimal
import enum as _enum
import json as _json
import re as _re
import uuid as _uuid

import _lazyscope

# What the engine of the program makes of JSON, and out of it.
_dumps, _loads = _json.dumps, _json.loads

_EPOCH = _datetime.datetime(1970, 1, 1)


def regexp(pattern, text):
    return None if text is None else _re.search(pattern, text) is not None


class _Json:
    def _bind(self, value):
        return bind("json", value)


def use_json(dumps=None, loads=None):
    """From now on JSON is written and read by these functions; None for Python's own."""
    global _dumps, _loads
    _dumps, _loads = dumps or _json.dumps, loads or _json.loads
    _lazyscope.json_functions(None if dumps is None else _Json())


def bind(kind, value):
    """What the driver is given for an object that stands in a place of that kind."""
    if kind == "datetime" or kind == "interval":
        if isinstance(value, _datetime.timedelta):
            value = _EPOCH + value
        if isinstance(value, _datetime.datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond:06d}"
        if isinstance(value, _datetime.date):
            return f"{value.year:04d}-{value.month:02d}-{value.day:02d} 00:00:00.000000"
        raise TypeError("SQLite DateTime type only accepts Python datetime and date objects as input.")
    if kind == "date":
        if isinstance(value, _datetime.date):
            return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
        raise TypeError("SQLite Date type only accepts Python date objects as input.")
    if kind == "time":
        if isinstance(value, _datetime.time):
            return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}.{value.microsecond:06d}"
        raise TypeError("SQLite Time type only accepts Python time objects as input.")
    if kind == "json":
        return _dumps(None if hasattr(value, "_is_json_null") else value)
    if kind == "uuid":
        return value.hex if isinstance(value, _uuid.UUID) else str(value).replace("-", "")
    if kind == "numeric" and isinstance(value, _decimal.Decimal):
        return float(value)
    if kind == "binary":
        return bytes(memoryview(value))
    if isinstance(value, _enum.Enum):
        # An enum that is a plain value as well goes in as that.
        for plain in (str, int, float, bytes):
            if isinstance(value, plain):
                return plain(value.value)
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, _datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, _datetime.date):
        return value.isoformat()
    return value


def datetime(text):
    return _datetime.datetime.fromisoformat(text)


def date(text):
    return _datetime.date.fromisoformat(text[:10])


def time(text):
    return _datetime.time.fromisoformat(text)


def interval(text):
    return _datetime.datetime.fromisoformat(text) - _EPOCH


def json(text):
    # `CAST(… AS JSON)` is a number to SQLite.
    return text if text is None or isinstance(text, (int, float)) else _loads(text)


def uuid(text):
    return _uuid.UUID(text)


def uuid_text(text):
    return str(_uuid.UUID(text))


def decimal(number, scale):
    return _decimal.Decimal("%.*f" % (scale, number))
