"""Values on their way into SQLite and out of it, where Python knows best how."""

import datetime as _datetime
import decimal as _decimal
import enum as _enum
import json as _json
import re as _re
import uuid as _uuid

_EPOCH = _datetime.datetime(1970, 1, 1)


def regexp(pattern, text):
    return None if text is None else _re.search(pattern, text) is not None


def bind(kind, value, extra):
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
        return "null" if hasattr(value, "_is_json_null") else _json.dumps(value)
    if kind == "uuid":
        return value.hex if isinstance(value, _uuid.UUID) else str(value).replace("-", "")
    if kind == "enum":
        names, name = extra
        if isinstance(value, _enum.Enum):
            return value.name
        if isinstance(value, str) and value in names:
            return value
        raise LookupError(
            f"'{value}' is not among the defined enum values. Enum name: {name}. "
            f"Possible values: {', '.join(_shorten(each) for each in names)}"
        )
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


def _shorten(name):
    return name if len(name) <= 11 else name[:8] + ".."


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
    return text if text is None or isinstance(text, (int, float)) else _json.loads(text)


def uuid(text):
    return _uuid.UUID(text)


def uuid_text(text):
    return str(_uuid.UUID(text))


def decimal(number, scale):
    return _decimal.Decimal("%.*f" % (scale, number))


def member(cls, text):
    return cls[text]
