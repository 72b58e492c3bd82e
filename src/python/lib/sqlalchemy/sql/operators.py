"""What expressions can do, under the module's name."""

from operator import add, and_, eq, ge, gt, inv, le, lshift, lt, mod, mul, ne, neg, or_, rshift, sub, truediv  # noqa: F401

from .._missing import module_getattr
from .elements import ColumnOperators, Operators  # noqa: F401


def _operator(method):
    def operate(left, *right, **options):
        return getattr(left, method)(*right, **options)

    operate.__name__ = operate.__qualname__ = _NAMES.get(method, f"{method}_op")
    return operate


# Those that are not called by the method's name and `_op`.
_NAMES = {
    "is_": "is_",
    "is_not": "is_not",
    "is_distinct_from": "is_distinct_from",
    "is_not_distinct_from": "is_not_distinct_from",
    "in_": "in_op",
}
# The operators of expressions by the name that the session layer has for them.
OF_NAME = {
    name: globals()[name]
    for name in ("add", "sub", "mul", "truediv", "mod", "eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "inv", "neg")
}
for _name in """is_ is_not is_distinct_from is_not_distinct_from in_ not_in like not_like ilike not_ilike startswith endswith
contains icontains istartswith iendswith match regexp_match between concat bitwise_and bitwise_or bitwise_xor bitwise_not
bitwise_lshift bitwise_rshift asc desc nulls_first nulls_last distinct collate""".split():
    OF_NAME[_name] = globals()[_NAMES.get(_name, f"{_name}_op")] = _operator(_name)

# The methods of an expression that are operators, each with its function and the arguments that this is given by name.
METHODS = {f"__{name.strip('_')}__": globals()[name] for name in "eq ne lt le gt ge add sub mul truediv mod".split()}
METHODS |= {"__and__": and_, "__or__": or_, "__invert__": inv, "__neg__": neg}
METHODS |= {name: globals()[_NAMES.get(name, f"{name}_op")] for name in OF_NAME if f"{name}_op" in globals() or name in _NAMES}
_WITH_ESCAPE = frozenset("like not_like ilike not_ilike".split())
_WITH_AUTOESCAPE = frozenset("startswith endswith istartswith iendswith icontains".split())
# Those that Python asks of the right side.
REVERSED = ("add", "sub", "mul", "truediv", "mod")


class Operating(ColumnOperators):
    """Operators that all go to one method, `operate()`, those from the right side to `reverse_operate()`."""

    __hash__ = object.__hash__

    def operate(self, op, *other, **kwargs):
        raise NotImplementedError(str(op))

    def reverse_operate(self, op, other, **kwargs):
        raise NotImplementedError(str(op))


def _operating(name, function):
    if name in _WITH_ESCAPE:
        return lambda self, other, escape=None: self.operate(function, other, escape=escape)
    if name in _WITH_AUTOESCAPE:
        return lambda self, other, escape=None, autoescape=False: self.operate(
            function, other, escape=escape, autoescape=autoescape
        )
    return lambda self, *other, **kwargs: self.operate(function, *other, **kwargs)


def _operating_reversed(function):
    return lambda self, other: self.reverse_operate(function, other)


for _name, _function in METHODS.items():
    setattr(Operating, _name, _operating(_name, _function))
for _name in REVERSED:
    setattr(Operating, f"__r{_name}__", _operating_reversed(globals()[_name]))

__getattr__ = module_getattr(__name__)
