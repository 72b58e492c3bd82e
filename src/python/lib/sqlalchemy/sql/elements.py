"""Expressions: the operators of columns and what is made of them."""

import functools
import operator
import warnings

import _lazyscope

from .. import exc
from .._missing import Facade, refuse, refuse_arguments
from ..types import JSON, Boolean, Float, Integer, String, from_native, native, to_instance

_operate = _lazyscope.operate


# What Python writes between two operands, and may ask the right one for first.
_SIGNS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod"})


def _binary(name):
    def operate(self, other):
        if _is_later(other):
            # A column of a class body, which has no table yet.
            return _later(getattr(operator, name) if name in _SIGNS else operate, self, other)
        return _operate(name, self, other, None)

    operate.__name__ = name
    return operate


def _junction(name):
    """`&` and `|`, which take conditions on both sides and no plain values."""

    def operate(self, other):
        if _is_later(other):
            return _later(operate, self, other)
        return _lazyscope.conjunction(name, [self, other])

    return operate


def _reverse(name):
    def operate(self, other):
        return _lazyscope.reverse_operate(name, self, other)

    return operate


def _unary(name):
    def operate(self):
        return _lazyscope.unary(name, self)

    operate.__name__ = name
    return operate


def _json_step(step):
    """A step of a path into JSON, as SQLite writes it."""
    return f"[{step}]" if isinstance(step, int) else f'."{step}"'


class Operators:
    pass


class ColumnOperators(Operators):
    """What can be done with a column or an expression."""

    __hash__ = object.__hash__
    timetuple = None

    __eq__ = _binary("eq")
    __ne__ = _binary("ne")
    __lt__ = _binary("lt")
    __le__ = _binary("le")
    __gt__ = _binary("gt")
    __ge__ = _binary("ge")
    __add__ = _binary("add")
    __sub__ = _binary("sub")
    __mul__ = _binary("mul")
    __truediv__ = _binary("truediv")
    __floordiv__ = _binary("floordiv")
    __mod__ = _binary("mod")
    __radd__ = _reverse("add")
    __rsub__ = _reverse("sub")
    __rmul__ = _reverse("mul")
    __rtruediv__ = _reverse("truediv")
    __rfloordiv__ = _reverse("floordiv")
    __rmod__ = _reverse("mod")
    __and__ = _junction("and_")
    __or__ = _junction("or_")
    __neg__ = _unary("neg")

    concat = _binary("concat")
    is_ = _binary("is_")
    is_not = isnot = _binary("is_not")
    is_distinct_from = _binary("is_distinct_from")
    is_not_distinct_from = isnot_distinct_from = _binary("is_not_distinct_from")
    in_ = _binary("in_")
    not_in = notin_ = _binary("not_in")
    bitwise_and = _binary("bitwise_and")
    bitwise_or = _binary("bitwise_or")
    bitwise_xor = _binary("bitwise_xor")
    bitwise_lshift = _binary("bitwise_lshift")
    bitwise_rshift = _binary("bitwise_rshift")
    bitwise_not = _unary("bitwise_not")
    asc = _unary("asc")
    desc = _unary("desc")
    nulls_first = nullsfirst = _unary("nulls_first")
    nulls_last = nullslast = _unary("nulls_last")
    distinct = _unary("distinct")

    def __invert__(self):
        return _lazyscope.negation(self)

    def __getitem__(self, index):
        if not isinstance(self.type, JSON):
            raise NotImplementedError("Operator 'getitem' is not supported on this expression")
        if isinstance(index, (tuple, list)):
            return _operate("path_getitem", self, "$" + "".join(_json_step(step) for step in index), None)
        return _operate("getitem", self, "$" + _json_step(index), None)

    def __lshift__(self, other):
        raise NotImplementedError("Operator 'lshift' is not supported on this expression")

    def __rshift__(self, other):
        raise NotImplementedError("Operator 'rshift' is not supported on this expression")

    def as_string(self):
        return _lazyscope.expr_type_as(self, native(String))

    def as_integer(self):
        return _lazyscope.expr_type_as(self, native(Integer))

    def as_float(self):
        return _lazyscope.expr_type_as(self, native(Float))

    def as_boolean(self):
        return _lazyscope.expr_type_as(self, native(Boolean))

    def as_json(self):
        return self

    def __contains__(self, other):
        raise NotImplementedError("Operator 'contains' is not supported on this expression")

    def __iter__(self):
        raise NotImplementedError("Operator 'getitem' is not supported on this expression")

    def like(self, other, escape=None):
        return _operate("like", self, other, {"escape": escape})

    def not_like(self, other, escape=None):
        return _operate("not_like", self, other, {"escape": escape})

    def ilike(self, other, escape=None):
        return _operate("ilike", self, other, {"escape": escape})

    def not_ilike(self, other, escape=None):
        return _operate("not_ilike", self, other, {"escape": escape})

    notlike, notilike = not_like, not_ilike

    def startswith(self, other, escape=None, autoescape=False):
        return _operate("startswith", self, other, {"escape": escape, "autoescape": autoescape})

    def endswith(self, other, escape=None, autoescape=False):
        return _operate("endswith", self, other, {"escape": escape, "autoescape": autoescape})

    def contains(self, other, escape=None, autoescape=False):
        return _operate("contains", self, other, {"escape": escape, "autoescape": autoescape})

    def istartswith(self, other, escape=None, autoescape=False):
        return _operate("istartswith", self, other, {"escape": escape, "autoescape": autoescape})

    def iendswith(self, other, escape=None, autoescape=False):
        return _operate("iendswith", self, other, {"escape": escape, "autoescape": autoescape})

    def icontains(self, other, escape=None, autoescape=False):
        return _operate("icontains", self, other, {"escape": escape, "autoescape": autoescape})

    def match(self, other, **kwargs):
        refuse_arguments("match", kwargs)
        return _operate("match", self, other, None)

    def regexp_match(self, pattern, flags=None):
        return _operate("regexp_match", self, pattern, {"flags": flags})

    def between(self, cleft, cright, symmetric=False):
        return _lazyscope.between(self, cleft, cright, symmetric)

    def collate(self, collation):
        return _lazyscope.collate(self, collation)

    def op(self, opstring, precedence=0, is_comparison=False, return_type=None, python_impl=None):
        how = [opstring, precedence, is_comparison, native(return_type)]

        def against(other):
            return _lazyscope.custom_operate(self, other, how)

        return against

    def bool_op(self, opstring, precedence=0, python_impl=None):
        return self.op(opstring, precedence, True, Boolean)

    def operate(self, op, *other, **kwargs):
        return op(self, *other, **kwargs)


class ClauseElement(_lazyscope.Node, Facade):
    """A piece of SQL."""

    def compile(self, bind=None, dialect=None, **kw):
        return Compiled(self, kw.get("compile_kwargs") or {}, dialect or bind)

    def __str__(self):
        return _lazyscope.compile_text(self, False, False)

    def __repr__(self):
        return f"<{type(self).__module__}.{type(self).__qualname__} object at {id(self):#x}>"

    def self_group(self, against=None):
        return self

    def unique_params(self, *args, **kwargs):
        refuse("ClauseElement.unique_params")

    def params(self, *args, **kwargs):
        values = dict(args[0]) if args else {}
        values.update(kwargs)
        return _lazyscope.with_params(self, values)


class Compiled:
    """A statement's text and its parameters."""

    def __init__(self, element, compile_kwargs, dialect):
        self.statement = element
        self._text = _lazyscope.compile_text(element, dialect is not None, bool(compile_kwargs.get("literal_binds")))

    def __str__(self):
        return self._text

    @property
    def string(self):
        return self._text

    @property
    def params(self):
        return _lazyscope.compile_params(self.statement)


class SQLCoreOperations:
    pass


_ASKED_OF_BINDS = ("value", "effective_value", "callable", "unique", "expanding", "required")


class ColumnElement(ColumnOperators, ClauseElement):
    """A column, or anything that can stand where a column can."""

    _public = "sqlalchemy.ColumnElement"
    __hash__ = object.__hash__
    is_clause_element = True
    is_selectable = False

    def __bool__(self):
        truth = _lazyscope.expr_truth(self)
        if truth is None:
            raise TypeError("Boolean value of this clause is not defined")
        return truth

    def __class_getitem__(cls, item):
        return cls

    def _no_attribute(self, name):
        return f"Neither '{type(self).__name__}' object nor 'Comparator' object has an attribute '{name}'"

    @property
    def type(self):
        return from_native(_lazyscope.expr_type(self))

    @property
    def name(self):
        return _lazyscope.expr_name(self)

    @property
    def key(self):
        return _lazyscope.expr_key(self)

    @property
    def table(self):
        facts = _lazyscope.column_facts(self)
        if facts is None:
            raise AttributeError("table")
        return facts[4]

    @property
    def primary_key(self):
        facts = _lazyscope.column_facts(self)
        return facts is not None and facts[2]

    @property
    def nullable(self):
        facts = _lazyscope.column_facts(self)
        return facts is None or facts[3]

    def label(self, name):
        return _lazyscope.label(self, name)

    def _as_attribute(self, entity, key):
        """This expression as an attribute of an entity, which rows know by that key."""
        return _lazyscope.orm_attribute_of(entity, self, key)

    def cast(self, type_):
        return cast(self, type_)

    def over(self, *, partition_by=None, order_by=None, rows=None, range_=None, groups=None, exclude=None):
        return over(self, partition_by, order_by, range_, rows, groups, exclude)

    def filter(self, *criterion):
        return funcfilter(self, *criterion)

    def within_group(self, *order_by):
        return within_group(self, *order_by)

    def shares_lineage(self, other):
        return _lazyscope.expr_same(self, other)

    def compare(self, other):
        """Whether both are the same SQL, the values of their parameters among it."""
        if _lazyscope.expr_same(self, other):
            return True
        return isinstance(other, ColumnElement) and _as_sent(self) == _as_sent(other)

    def __getattr__(self, name):
        if name in ("left", "right", "operator"):
            operands = _lazyscope.expr_operands(self)
            if operands is not None:
                return _operator_of(self, operands[0]) if name == "operator" else operands[1 + (name == "right")]
        if name in _ASKED_OF_BINDS:
            facts = _lazyscope.bind_facts(self)
            if facts is not None:
                return facts[name]
        return super().__getattr__(name)

    @property
    def expression(self):
        return self

    # Of a scalar subquery.
    def correlate(self, *froms):
        return _lazyscope.scalar_correlate(self, list(froms), False)

    def correlate_except(self, *froms):
        return _lazyscope.scalar_correlate(self, list(froms), True)

    # What a function that returns a table can become.
    def alias(self, name=None):
        return _lazyscope.function_alias(self, name)

    def table_valued(self, *columns, **kw):
        name = kw.pop("name", None)
        refuse_arguments("table_valued", kw)
        return _lazyscope.table_valued(self, [str(column) for column in columns], name)

    def column_valued(self, name=None):
        return _lazyscope.column_valued(self, name)

    def scalar_table_valued(self, name, type_=None):
        refuse("scalar_table_valued")


def _as_sent(element):
    return _lazyscope.compile_text(element, False, False), _lazyscope.compile_params(element)


def _operator_of(element, name):
    from .operators import OF_NAME

    return OF_NAME[name] if name in OF_NAME else refuse(f"the operator of {element}")


def _class_of(name, base, word, module="sqlalchemy.sql.elements"):
    """The class that pieces of SQL of a kind come out as. It is beside `Column`, not above it: Python asks the right side
    of a comparison first when its class derives from that of the left."""
    made = type(name, (base,), {"__module__": module, "__hash__": ColumnElement.__hash__, "__doc__": None})
    _lazyscope.register(word, made)
    return made


Expression = _class_of("Expression", ColumnElement, "expr")
for _name in """AsBoolean BinaryExpression BindParameter BooleanClauseList Case Cast ClauseList CollationClause Column ColumnClause
    ExpressionClauseList Extract False_ FunctionFilter Grouping Label Null Over True_ Tuple TypeCoerce UnaryExpression
    WithinGroup""".split():
    _made = _class_of(_name, ColumnElement, _name)
    if _name != "Column":
        globals()[_name] = _made
ScalarSelect = _class_of("ScalarSelect", ColumnElement, "ScalarSelect", "sqlalchemy.sql.selectable")
Function = _class_of("Function", ColumnElement, "Function", "sqlalchemy.sql.functions")
# Functions that SQLAlchemy knows have a class each.
for _name in """aggregate_strings array_agg char_length coalesce concat count cube cume_dist current_date current_time
    current_timestamp current_user dense_rank grouping_sets localtime localtimestamp max min mode next_value now percent_rank
    percentile_cont percentile_disc pow random rank rollup session_user sum sysdate user""".split():
    _class_of(_name, Function, f"function {_name}", "sqlalchemy.sql.functions")

SQLColumnExpression = ColumnElement


class TextClause(ClauseElement):
    """`text()`."""

    _public = "sqlalchemy.text"

    def bindparams(self, *binds, **names):
        return _lazyscope.text_bindparams(self, list(binds), names)

    def columns(self, *cols, **types):
        columns = [_lazyscope.column(name, native(type_)) for name, type_ in types.items()]
        return _lazyscope.text_columns(self, list(cols) + columns, bool(cols) and not types)

    @property
    def text(self):
        return _lazyscope.text_words(self)

    def __and__(self, other):
        return and_(self, other)

    def __or__(self, other):
        return or_(self, other)

    def label(self, name):
        return literal_column(self.text).label(name)

    def scalar_subquery(self):
        return self.columns().scalar_subquery()

    def self_group(self, against=None):
        return self


_lazyscope.register("text", TextClause)


def text(text):
    if not isinstance(text, str):
        raise TypeError(f"expected string or bytes-like object, got '{type(text).__name__}'")
    return _lazyscope.text_clause(text)


def _is_later(part):
    """Whether a column of a class body is in it, which has no table yet."""
    if isinstance(part, (tuple, list)):
        return any(map(_is_later, part))
    return hasattr(type(part), "_later") and part._awaits_table


def also_in_class_bodies(function):
    """A function that builds an expression, perhaps later: when the columns of the class have their table."""

    @functools.wraps(function)
    def build(*args, **kwargs):
        if _is_later(args) or kwargs and _is_later(tuple(kwargs.values())):
            return _later(function, *args, **kwargs)
        return function(*args, **kwargs)

    return build


def _later(function, *args, **kwargs):
    """A call that waits for the columns among its arguments to have their table."""
    from ..orm.properties import Later

    return Later.call(function, args, kwargs)


def methods_also_in_class_bodies(*names):
    """Makes methods of a class such functions."""

    def decorate(cls):
        for name in names:
            setattr(cls, name, also_in_class_bodies(getattr(cls, name)))
        return cls

    return decorate


def _warn_of_none(name, constant, value, clauses):
    if not clauses:
        warnings.warn(
            f"Invoking {name}() without arguments is deprecated, and will be disallowed in a future release.   For an empty "
            f"{name}() construct, use '{name}({constant}(), *args)' or '{name}({value}, *args)'.",
            exc.SADeprecationWarning,
            stacklevel=4,
        )


@also_in_class_bodies
def and_(*clauses):
    _warn_of_none("and_", "true", "True", clauses)
    return _lazyscope.conjunction("and_", list(clauses))


@also_in_class_bodies
def or_(*clauses):
    _warn_of_none("or_", "false", "False", clauses)
    return _lazyscope.conjunction("or_", list(clauses))


@also_in_class_bodies
def not_(clause):
    return _lazyscope.negation(clause)


def null():
    return _lazyscope.constant("null")


def true():
    return _lazyscope.constant("true")


def false():
    return _lazyscope.constant("false")


def literal(value, type_=None, literal_execute=False):
    return _lazyscope.literal(value, native(type_))


def literal_column(text, type_=None):
    return _lazyscope.literal_column(text, native(type_))


def column(text, type_=None, is_literal=False, _selectable=None):
    if is_literal:
        return literal_column(text, type_)
    return _lazyscope.column(text, native(type_))


_NO_VALUE = object()


def bindparam(
    key,
    value=_NO_VALUE,
    type_=None,
    unique=False,
    required=None,
    quote=None,
    callable_=None,
    expanding=False,
    isoutparam=False,
    literal_execute=False,
):
    has_value = value is not _NO_VALUE
    if callable_ is not None:
        value, has_value = callable_(), True
    return _lazyscope.bindparam(key, value if has_value else None, native(type_), unique, expanding, has_value)


@also_in_class_bodies
def label(name, element, type_=None):
    made = _lazyscope.label(element, name)
    return made if type_ is None else _lazyscope.expr_type_as(made, native(type_))


@also_in_class_bodies
def cast(expression, type_):
    return _lazyscope.cast(expression, to_instance(type_)._native)


def try_cast(expression, type_):
    refuse("sqlalchemy.try_cast")


@also_in_class_bodies
def type_coerce(expression, type_):
    return _lazyscope.type_coerce(expression, to_instance(type_)._native)


@also_in_class_bodies
def extract(field, expr):
    return _lazyscope.extract(field, expr)


@also_in_class_bodies
def tuple_(*clauses, types=None):
    return _lazyscope.tuple_(list(clauses))


@also_in_class_bodies
def case(*whens, value=None, else_=None):
    pairs = []
    for when in whens:
        if isinstance(when, dict):
            pairs.extend(when.items())
        elif isinstance(when, list):
            raise exc.ArgumentError(
                'The "whens" argument to case(), when referring to a sequence of items, is now passed as a series of '
                "positional elements, rather than as a list. "
            )
        else:
            condition, result = when
            pairs.append((condition, result))
    return _lazyscope.case(pairs, value, else_)


@also_in_class_bodies
def between(expr, lower_bound, upper_bound, symmetric=False):
    return _lazyscope.between(expr, lower_bound, upper_bound, symmetric)


def collate(expression, collation):
    return _lazyscope.collate(expression, collation)


@also_in_class_bodies
def distinct(expr):
    return _lazyscope.unary("distinct", expr)


@also_in_class_bodies
def asc(column):
    return _lazyscope.unary("asc", _lazyscope.label_reference(column))


@also_in_class_bodies
def desc(column):
    return _lazyscope.unary("desc", _lazyscope.label_reference(column))


def nulls_first(column):
    return _lazyscope.unary("nulls_first", _lazyscope.label_reference(column))


def nulls_last(column):
    return _lazyscope.unary("nulls_last", _lazyscope.label_reference(column))


nullsfirst, nullslast = nulls_first, nulls_last


def bitwise_not(expr):
    return _lazyscope.unary("bitwise_not", expr)


def _many(clauses):
    if clauses is None:
        return []
    return list(clauses) if isinstance(clauses, (list, tuple)) else [clauses]


@also_in_class_bodies
def over(element, partition_by=None, order_by=None, range_=None, rows=None, groups=None, exclude=None):
    if exclude is not None:
        refuse_arguments("over", {"exclude": exclude})
    order_by = [_lazyscope.label_reference(clause) for clause in _many(order_by)]
    return _lazyscope.over(element, _many(partition_by), order_by, rows, range_, groups)


@also_in_class_bodies
def within_group(element, *order_by):
    return _lazyscope.within_group(element, list(order_by))


@also_in_class_bodies
def funcfilter(func, *criterion):
    return _lazyscope.filter_(func, list(criterion))


class _Func:
    """`func`: any attribute is a function of SQL."""

    def __init__(self, parts=()):
        self.__parts = parts

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Func((*self.__parts, name[:-1] if name.endswith("_") else name))

    def __call__(self, *args, type_=None, **kw):
        refuse_arguments("func", kw)
        return _call(self.__parts, args, type_)


def _call(parts, args, type_):
    if _is_later(args):
        return _later(lambda *args: _call(parts, args, type_), *args)
    return _lazyscope.func(list(parts), list(args), native(type_))


func = _Func()


class quoted_name(str):
    def __new__(cls, value, quote=None):
        return str.__new__(cls, value)
