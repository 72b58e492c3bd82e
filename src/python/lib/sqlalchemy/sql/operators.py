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

__getattr__ = module_getattr(__name__)
