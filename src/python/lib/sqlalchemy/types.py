"""The SQL types: each says with a word and arguments what it is, and Rust knows the rest."""

import datetime as _dt
import decimal as _decimal
import enum as _enum
import pickle as _pickle
import uuid as _uuid

import _lazyscope

from ._missing import Facade, module_getattr, refuse, refuse_arguments

__getattr__ = module_getattr("sqlalchemy.types")


class _Native(_lazyscope.Node):
    """A type as Rust holds it."""


_lazyscope.register("type", _Native)


class TypeEngine(Facade):
    """A SQL type."""

    _word = "null"
    _node = None
    python_type = None
    _parameters = ()

    def _arguments(self):
        return ()

    def _check(self, column):
        """The constraint that the type puts on the table of a column."""

    def __clause_element__(self):
        if self._node is None:
            self._node = self._make()
        return self._node

    def _make(self):
        return _lazyscope.sql_type(self._word, list(self._arguments()))

    @property
    def _native(self):
        return self.__clause_element__()

    @property
    def _type_affinity(self):
        return type(self)

    def with_variant(self, type_, *dialects):
        # Whatever the variant says of SQLite is what counts here.
        return to_instance(type_) if "sqlite" in dialects else self

    def copy(self, **kw):
        return self

    def compile(self, dialect=None):
        return _lazyscope.type_ddl(self._native)

    def __str__(self):
        return self.compile()

    def __repr__(self):
        shown = [f"{name}={value!r}" for name in self._parameters if (value := getattr(self, name, None)) is not None]
        return f"{type(self).__name__}({', '.join(shown)})"


class ExternalType:
    pass


def _refuse_expressions(type_):
    """A program's type that puts SQL around its values, where ours would quietly leave it out."""
    for name in ("bind_expression", "column_expression"):
        if any(name in vars(cls) for cls in type(type_).__mro__):
            refuse(f"{name}() of a type")


class UserDefinedType(TypeEngine):
    """A type that renders a name of its own and takes values as they are."""

    cache_ok = None

    def get_col_spec(self, **kw):
        raise NotImplementedError()

    def bind_processor(self, dialect):
        return None

    def result_processor(self, dialect, coltype):
        return None

    def _bind(self, value):
        process = self.bind_processor(_dialect())
        return value if process is None else process(value)

    def _result(self, value):
        process = self.result_processor(_dialect(), None)
        return value if process is None else process(value)

    def _make(self):
        _refuse_expressions(self)
        spelled = _lazyscope.sql_type("spelled", [self.get_col_spec(), _lazyscope.sql_type("null", [])])
        own = type(self)
        processes = (
            own.bind_processor is not UserDefinedType.bind_processor
            or own.result_processor is not UserDefinedType.result_processor
        )
        return _lazyscope.sql_type("decorated", [spelled, self]) if processes else spelled


class NullType(TypeEngine):
    _word = "null"

    def __str__(self):
        return "NULL"


NULLTYPE = NullType()


class Integer(TypeEngine):
    _word = "integer"
    python_type = int


class SmallInteger(Integer):
    _word = "smallinteger"


class BigInteger(Integer):
    _word = "biginteger"


class NumericCommon(TypeEngine):
    pass


class Numeric(NumericCommon):
    _word = "numeric"
    _parameters = ("precision", "scale")

    def __init__(self, precision=None, scale=None, decimal_return_scale=None, asdecimal=True):
        self.precision, self.scale, self.asdecimal = precision, scale, asdecimal
        self.decimal_return_scale = decimal_return_scale

    def _arguments(self):
        return self.precision, self.scale, self.asdecimal

    @property
    def python_type(self):
        return _decimal.Decimal if self.asdecimal else float


class Float(NumericCommon):
    _word = "float"
    _parameters = ("precision",)

    def __init__(self, precision=None, asdecimal=False, decimal_return_scale=None):
        self.precision, self.asdecimal = precision, asdecimal
        self.decimal_return_scale = decimal_return_scale
        self.scale = None

    def _arguments(self):
        return self.precision, self.asdecimal

    @property
    def python_type(self):
        return _decimal.Decimal if self.asdecimal else float


class Double(Float):
    _word = "double"


def _one_of(column, like, values, name):
    """That a column has one of these values."""
    from .schema import CheckConstraint
    from .sql.elements import column as by_name

    return CheckConstraint(by_name(column.name, like).in_(list(values)), name=name)


class Boolean(TypeEngine):
    _word = "boolean"
    python_type = bool

    def __init__(self, create_constraint=False, name=None, _create_events=True):
        self.create_constraint, self.name = create_constraint, name

    def _check(self, column):
        return _one_of(column, Integer(), (0, 1), self.name) if self.create_constraint else None


class String(TypeEngine):
    _word = "string"
    python_type = str
    _parameters = ("length", "collation")

    def __init__(self, length=None, collation=None):
        self.length, self.collation = length, collation

    def _arguments(self):
        return (self.length,)

    def _make(self):
        node = super()._make()
        if self.collation is None:
            return node
        ddl = f'{_lazyscope.type_ddl(node)} COLLATE "{self.collation}"'
        return _lazyscope.sql_type("spelled", [ddl, node])


class Text(String):
    _word = "text"


class Unicode(String):
    _word = "unicode"


class UnicodeText(Text):
    _word = "unicodetext"

    def _arguments(self):
        return ()


class Date(TypeEngine):
    _word = "date"
    python_type = _dt.date


class DateTime(TypeEngine):
    _word = "datetime"
    python_type = _dt.datetime

    def __init__(self, timezone=False):
        self.timezone = timezone

    def _arguments(self):
        return (bool(self.timezone),)


class Time(TypeEngine):
    _word = "time"
    python_type = _dt.time

    def __init__(self, timezone=False):
        self.timezone = timezone

    def _arguments(self):
        return (bool(self.timezone),)


class Interval(TypeEngine):
    _word = "interval"
    python_type = _dt.timedelta

    def __init__(self, native=True, second_precision=None, day_precision=None):
        pass


class LargeBinary(TypeEngine):
    _word = "binary"
    python_type = bytes
    _parameters = ("length",)

    def __init__(self, length=None):
        self.length = length


class _JsonNull:
    """`null` as JSON has it, where None is the NULL of SQL."""

    _is_json_null = True

    def __repr__(self):
        return "symbol('JSON_NULL')"


class JSON(TypeEngine):
    _word = "json"
    python_type = object

    NULL = _JsonNull()

    def __init__(self, none_as_null=False):
        self.none_as_null = none_as_null

    def _arguments(self):
        return (bool(self.none_as_null),)


class Uuid(TypeEngine):
    _word = "uuid"

    def __init__(self, as_uuid=True, native_uuid=True):
        self.as_uuid, self.native_uuid = as_uuid, native_uuid

    def _arguments(self):
        return (bool(self.as_uuid),)

    @property
    def python_type(self):
        return _uuid.UUID if self.as_uuid else str


class SchemaType:
    pass


_NOT_SAID = object()


class Enum(String, SchemaType):
    _word = "enum"

    def __init__(self, *enums, **kw):
        self.native_enum = kw.pop("native_enum", True)
        self.create_constraint = kw.pop("create_constraint", False)
        self.values_callable = kw.pop("values_callable", None)
        self.validate_strings = kw.pop("validate_strings", False)
        omits_aliases = kw.pop("omit_aliases", True) is True
        given_name = kw.pop("name", None)
        length = kw.pop("length", _NOT_SAID)
        for ignored in ("metadata", "schema", "inherit_schema", "quote", "sort_key_function", "create_type", "_create_events"):
            kw.pop(ignored, None)
        refuse_arguments("sqlalchemy.Enum", kw)
        self.enum_class = None
        objects = self.enums = list(enums)
        if len(enums) == 1 and hasattr(enums[0], "__members__"):
            self.enum_class = enums[0]
            members = dict(self.enum_class.__members__)
            if omits_aliases:
                members = {name: member for name, member in members.items() if member.name == name}
            objects = list(members.values())
            self.enums = list(members) if self.values_callable is None else list(self.values_callable(self.enum_class))
        self.name = given_name
        if self.enum_class is not None and self.enums and given_name is None:
            self.name = self.enum_class.__name__.lower()
        # The first of the names of an object is the one that is stored.
        self._names = dict(zip(reversed(objects), reversed(self.enums)))
        self._objects = dict(zip(self.enums, objects))
        self._names.update([(name, self._names[self._objects[name]]) for name in self.enums])
        longest = max((len(each) for each in self.enums), default=0)
        if length is not _NOT_SAID and length is not None and length < longest:
            raise ValueError(
                f"When provided, length must be larger or equal than the length of the longest enum value. {length} < "
                f"{longest}"
            )
        self.length = longest if length is _NOT_SAID else length
        self.collation = None

    def _make(self):
        members = None if self.enum_class is None else self
        return _lazyscope.sql_type(
            "enum",
            [self.enums, self.name, bool(self.create_constraint), self.length, bool(self.validate_strings), members],
        )

    def _bind(self, value):
        """The name of a member, or a string as it is: it may be a pattern."""
        if value is None:
            return None
        try:
            return self._names[value]
        except KeyError:
            if isinstance(value, str) and not self.validate_strings:
                return value
            raise LookupError(_lazyscope.enum_refusal(self._native, str(value))) from None

    def _result(self, name):
        return None if name is None else self._objects[name]

    def _check(self, column):
        return _one_of(column, String(), self.enums, self.name) if self.create_constraint else None

    @property
    def python_type(self):
        return self.enum_class or str

    def __repr__(self):
        named = f"name={self.name!r}" if self.name else ""
        shown = [repr(each) for each in self.enums] + ([named] if named else [])
        if not self.native_enum:
            shown.append("native_enum=False")
        if self.create_constraint:
            shown.append("create_constraint=True")
        if self.length != max((len(each) for each in self.enums), default=0):
            shown.append(f"length={self.length}")
        return f"Enum({', '.join(shown)})"


class TypeDecorator(TypeEngine):
    """A type whose values pass through the scenario's own functions."""

    impl = None
    cache_ok = None

    def __init__(self, *args, **kwargs):
        self.impl_instance = to_instance(type(self).impl if not args and not kwargs else type(self).impl(*args, **kwargs))

    @property
    def python_type(self):
        return self.impl_instance.python_type

    def load_dialect_impl(self, dialect):
        return self.impl_instance

    def process_bind_param(self, value, dialect):
        return value

    def process_result_value(self, value, dialect):
        return value

    def coerce_compared_value(self, op, value):
        return self

    def _bind(self, value):
        return self.process_bind_param(value, _dialect())

    def _result(self, value):
        return self.process_result_value(value, _dialect())

    def _make(self):
        if not hasattr(self, "impl_instance"):
            self.impl_instance = to_instance(type(self).impl)
        _refuse_expressions(self)
        return _lazyscope.sql_type("decorated", [self.impl_instance._native, self])


def _dialect():
    from .dialects import sqlite

    return sqlite.dialect()


class PickleType(TypeDecorator):
    impl = LargeBinary
    cache_ok = True

    def __init__(self, protocol=_pickle.HIGHEST_PROTOCOL, pickler=None, comparator=None, impl=None):
        self.protocol = protocol
        self.impl_instance = to_instance(impl or LargeBinary)

    def process_bind_param(self, value, dialect):
        return None if value is None else _pickle.dumps(value, self.protocol)

    def process_result_value(self, value, dialect):
        return None if value is None else _pickle.loads(value)


def _spelled(name, base, ddl=None):
    """A type under another name in DDL: `VARCHAR`, `TIMESTAMP`."""

    def _make(self):
        node = base._make(self)
        words = ddl or name
        length = getattr(self, "length", None)
        if length is not None:
            words = f"{words}({length})"
        elif getattr(self, "precision", None) is not None and base is Numeric:
            scale = f", {self.scale}" if self.scale is not None else ""
            words = f"{words}({self.precision}{scale})"
        return _lazyscope.sql_type("spelled", [words, node])

    return type(name, (base,), {"_make": _make, "__module__": __name__, "_public": f"sqlalchemy.{name}"})


INT = INTEGER = _spelled("INTEGER", Integer)
SMALLINT = _spelled("SMALLINT", SmallInteger)
BIGINT = _spelled("BIGINT", BigInteger)
NUMERIC = _spelled("NUMERIC", Numeric)
DECIMAL = _spelled("DECIMAL", Numeric)
FLOAT = _spelled("FLOAT", Float)
REAL = _spelled("REAL", Float)
DOUBLE = _spelled("DOUBLE", Double)
DOUBLE_PRECISION = _spelled("DOUBLE_PRECISION", Double, "DOUBLE PRECISION")
BOOLEAN = _spelled("BOOLEAN", Boolean)
VARCHAR = _spelled("VARCHAR", String)
NVARCHAR = _spelled("NVARCHAR", Unicode)
CHAR = _spelled("CHAR", String)
NCHAR = _spelled("NCHAR", Unicode)
TEXT = _spelled("TEXT", Text)
CLOB = _spelled("CLOB", Text)
DATE = _spelled("DATE", Date)
DATETIME = _spelled("DATETIME", DateTime)
TIMESTAMP = _spelled("TIMESTAMP", DateTime)
TIME = _spelled("TIME", Time)
BLOB = _spelled("BLOB", LargeBinary)
BINARY = _spelled("BINARY", LargeBinary)
VARBINARY = _spelled("VARBINARY", LargeBinary)
UUID = _spelled("UUID", Uuid)


_PYTHON_TYPES = {
    int: Integer,
    str: String,
    bool: Boolean,
    float: Double,
    bytes: LargeBinary,
    _dt.datetime: DateTime,
    _dt.date: Date,
    _dt.time: Time,
    _dt.timedelta: Interval,
    _decimal.Decimal: Numeric,
    _uuid.UUID: Uuid,
}

_BY_WORD = {
    "null": NullType,
    "integer": Integer,
    "smallinteger": SmallInteger,
    "biginteger": BigInteger,
    "float": Float,
    "double": Double,
    "numeric": Numeric,
    "boolean": Boolean,
    "string": String,
    "text": Text,
    "unicode": Unicode,
    "unicodetext": UnicodeText,
    "date": Date,
    "datetime": DateTime,
    "time": Time,
    "interval": Interval,
    "binary": LargeBinary,
    "json": JSON,
    "uuid": Uuid,
}


def to_instance(type_, *args, **kw):
    """A type object from a type object, a type class, or None."""
    if type_ is None:
        return NULLTYPE
    if isinstance(type_, type):
        return type_(*args, **kw)
    if isinstance(type_, TypeEngine):
        return type_
    if callable(type_):
        return to_instance(type_(*args, **kw))
    return type_


def native(type_):
    """What Rust takes for a type; None stays None."""
    return None if type_ is None else to_instance(type_)._native


def from_native(node):
    """A type object for a type that came out of an expression."""
    word, *arguments = _lazyscope.type_word(node)
    cls = _BY_WORD.get(word)
    made = cls(*arguments) if cls is not None else TypeEngine()
    made._node = node
    return made


# Programs see classes by where SQLAlchemy has them.
for _class in list(globals().values()):
    if isinstance(_class, type) and _class.__module__ == __name__ and issubclass(_class, (TypeEngine, SchemaType)):
        _is_ground = _class in (TypeEngine, TypeDecorator, UserDefinedType)
        _class.__module__ = "sqlalchemy.sql.type_api" if _is_ground else "sqlalchemy.sql.sqltypes"
