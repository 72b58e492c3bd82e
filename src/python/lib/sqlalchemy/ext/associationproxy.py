"""Attributes that stand for an attribute of related objects: `user.keywords` for `link.keyword` of `user.links`."""

import enum

import _lazyscope

from .. import exc
from .._missing import module_getattr, refuse_arguments
from ..sql.elements import or_


class AssociationProxyExtensionType(enum.Enum):
    """What a mapper's descriptors tell a proxy by."""

    ASSOCIATION_PROXY = "ASSOCIATION_PROXY"


class AssociationProxy:
    """The proxy as it stands in a class body."""

    extension_type = AssociationProxyExtensionType.ASSOCIATION_PROXY

    def __class_getitem__(cls, item):
        return cls

    def __init__(self, target_collection, attr, *, creator=None, getset_factory=None, proxy_factory=None,
                 proxy_bulk_set=None, info=None, cascade_scalar_deletes=False, create_on_none_assignment=False, **unknown):
        for ignored in ("init", "repr", "default", "default_factory", "compare", "kw_only", "hash", "dataclass_metadata"):
            unknown.pop(ignored, None)
        refuse_arguments("association_proxy", unknown)
        if getset_factory or proxy_factory or proxy_bulk_set:
            refuse_arguments("association_proxy", {"getset_factory": 1})
        self.target_collection = target_collection
        self.value_attr = attr
        self.creator = creator
        self.cascade_scalar_deletes = cascade_scalar_deletes
        self.create_on_none_assignment = create_on_none_assignment
        self._of = {}

    def __set_name__(self, owner, name):
        self.key = name

    def for_class(self, class_, obj=None):
        if class_ not in self._of:
            self._of[class_] = AssociationProxyInstance(self, class_)
        return self._of[class_]

    def __get__(self, instance, owner):
        of_class = self.for_class(owner)
        return of_class if instance is None else of_class.get(instance)

    def __set__(self, instance, values):
        self.for_class(type(instance)).set(instance, values)

    def __delete__(self, instance):
        self.for_class(type(instance)).delete(instance)

    def _of_class(self, entity):
        """The proxy as a query over an entity uses it."""
        return AssociationProxyInstance(self, _lazyscope.orm_class(entity), entity)


def association_proxy(target_collection, attr, **kwargs):
    return AssociationProxy(target_collection, attr, **kwargs)


class AssociationProxyInstance:
    """The proxy of one class."""

    def __init__(self, parent, owning_class, entity=None):
        self.parent = parent
        self.owning_class = owning_class
        self._entity = entity
        self.key = parent.key
        self.target_collection = parent.target_collection
        self.value_attr = parent.value_attr

    @property
    def attr(self):
        return self.local_attr, self.remote_attr

    @property
    def local_attr(self):
        from ..orm.attributes import attribute_of

        if self._entity is not None:
            return attribute_of(self._entity, self.target_collection)
        return getattr(self.owning_class, self.target_collection)

    @property
    def target_class(self):
        return self.local_attr.prop.mapper.class_

    @property
    def remote_attr(self):
        return getattr(self.target_class, self.value_attr)

    @property
    def scalar(self):
        return not self.local_attr.prop.uselist

    @property
    def _is_object(self):
        """Whether it stands for objects, and not for a column's values."""
        return _lazyscope.kind(self.remote_attr) == "relationship"

    def __repr__(self):
        return f"{type(self).__name__}({self.parent!r})"

    # Of an object.

    def _create(self, *values):
        return (self.parent.creator or self.target_class)(*values)

    def get(self, obj):
        target = getattr(obj, self.target_collection)
        if self.scalar:
            return None if target is None else getattr(target, self.value_attr)
        for kind, proxy in ((list, _AssociationList), (set, _AssociationSet), (dict, _AssociationDict)):
            if isinstance(target, kind):
                return proxy(self, obj)
        raise exc.InvalidRequestError(
            f'could not guess which interface to use for collection_class "{type(target)!r}" backing "{self.value_attr}"; '
            "specify a proxy_factory and proxy_bulk_set manually"
        )

    def set(self, obj, values):
        if not self.scalar:
            proxy = self.get(obj)
            if proxy is not values:
                proxy._bulk_replace(values)
            return
        target = getattr(obj, self.target_collection)
        if target is not None:
            setattr(target, self.value_attr, values)
            if values is None and self.parent.cascade_scalar_deletes:
                setattr(obj, self.target_collection, None)
        elif values is not None or self.parent.create_on_none_assignment:
            setattr(obj, self.target_collection, self._create(values))

    def delete(self, obj):
        if self.scalar:
            delattr(getattr(obj, self.target_collection), self.value_attr)
        delattr(obj, self.target_collection)

    # In queries.

    def _exists(self, criterion=None, kwargs=None):
        remote = self.remote_attr
        if isinstance(remote, AssociationProxyInstance):
            criterion, kwargs = remote._exists(criterion, kwargs), {}
        elif self._is_object:
            criterion, kwargs = remote._exists(criterion, kwargs or {}), {}
        return self.local_attr._exists(criterion, kwargs or {})

    def any(self, criterion=None, **kwargs):
        if self.scalar and not (self._is_object and self.remote_attr.prop.uselist):
            raise exc.InvalidRequestError("'any()' not implemented for scalar attributes. Use has().")
        return self._exists(criterion, kwargs)

    def has(self, criterion=None, **kwargs):
        if not self.scalar or (self._is_object and self.remote_attr.prop.uselist):
            raise exc.InvalidRequestError("'has()' not implemented for collections. Use any().")
        return self._exists(criterion, kwargs)

    def contains(self, other, **kwargs):
        remote = self.remote_attr
        if isinstance(remote, AssociationProxyInstance):
            found = remote == other if remote.scalar else remote.contains(other)
            return self.local_attr._exists(found, {})
        if self._is_object:
            if self.scalar:
                return self.local_attr.has(self.remote_attr.contains(other))
            return self.local_attr._exists(None, {self.value_attr: other})
        return self.local_attr._exists(self.remote_attr.contains(other, **kwargs), {})

    def __eq__(self, other):
        if self._is_object:
            found = self.local_attr.has(**{self.value_attr: other})
        else:
            found = self.local_attr._exists(self.remote_attr == other, {})
        return or_(found, self.local_attr == None) if other is None else found  # noqa: E711

    def __ne__(self, other):
        if self._is_object:
            return self.local_attr.has(getattr(self.target_class, self.value_attr) != other)
        return self.local_attr._exists(self.remote_attr != other, {})

    __hash__ = object.__hash__

    def _operate(self, name, *args, **kwargs):
        return self.local_attr._exists(getattr(self.remote_attr, name)(*args, **kwargs), {})

    def __getattr__(self, name):
        if name not in _OPERATORS:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return lambda *args, **kwargs: self._operate(name, *args, **kwargs)


_OPERATORS = frozenset("in_ not_in is_ is_not like ilike not_like startswith endswith between".split())


def _operator(name):
    def operate(self, other):
        return self._operate(name, other)

    return operate


for _name in ("__lt__", "__le__", "__gt__", "__ge__"):
    setattr(AssociationProxyInstance, _name, _operator(_name))


class _Collection:
    """What the three kinds of proxied collections have in common."""

    def __init__(self, of, obj):
        self._of = of
        self._obj = obj

    @property
    def col(self):
        return getattr(self._obj, self._of.target_collection)

    def _get(self, member):
        return None if member is None else getattr(member, self._of.value_attr)

    def _set(self, member, value):
        setattr(member, self._of.value_attr, value)

    def __len__(self):
        return len(self.col)

    def __bool__(self):
        return bool(self.col)

    __hash__ = None


class _AssociationList(_Collection):
    __class__ = property(lambda self: _List)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self._get(member) for member in self.col[index]]
        return self._get(self.col[index])

    def __setitem__(self, index, value):
        if not isinstance(index, slice):
            self._set(self.col[index], value)
            return
        start, stop, step = index.indices(len(self))
        if step == 1:
            for _ in range(start, stop):
                del self[start]
            for place, item in enumerate(value, start):
                self.insert(place, item)
            return
        places = list(range(start, stop, step))
        if len(value) != len(places):
            raise ValueError(f"attempt to assign sequence of size {len(value)} to extended slice of size {len(places)}")
        for place, item in zip(places, value):
            self._set(self.col[place], item)

    def __delitem__(self, index):
        del self.col[index]

    def __contains__(self, value):
        return any(self._get(member) == value for member in self.col)

    def __iter__(self):
        for member in self.col:
            yield self._get(member)

    def append(self, value):
        self.col.append(self._of._create(value))

    def count(self, value):
        return sum(1 for own in self if own == value)

    def extend(self, values):
        for value in list(values):
            self.append(value)

    def insert(self, index, value):
        self.col.insert(index, self._of._create(value))

    def pop(self, index=-1):
        return self._get(self.col.pop(index))

    def remove(self, value):
        for place, own in enumerate(self):
            if own == value:
                del self.col[place]
                return
        raise ValueError("value not in list")

    def clear(self):
        del self.col[0 : len(self.col)]

    def index(self, value, *bounds):
        return list(self).index(value, *bounds)

    def copy(self):
        return list(self)

    def __iadd__(self, values):
        self.extend(values)
        return self

    def _bulk_replace(self, values):
        self.clear()
        self.extend(values)

    def __eq__(self, other):
        return list(self) == (list(other) if isinstance(other, _AssociationList) else other)

    def __ne__(self, other):
        return not self == other

    def __add__(self, other):
        return list(self) + list(other)

    def __radd__(self, other):
        return list(other) + list(self)

    def __repr__(self):
        return repr(list(self))


class _AssociationSet(_Collection):
    __class__ = property(lambda self: _Set)

    def __contains__(self, value):
        return any(self._get(member) == value for member in self.col)

    def __iter__(self):
        for member in self.col:
            yield self._get(member)

    def add(self, value):
        if value not in self:
            self.col.add(self._of._create(value))

    def discard(self, value):
        for member in self.col:
            if self._get(member) == value:
                self.col.discard(member)
                break

    def remove(self, value):
        for member in self.col:
            if self._get(member) == value:
                self.col.discard(member)
                return
        raise KeyError(value)

    def pop(self):
        if not self.col:
            raise KeyError("pop from an empty set")
        return self._get(self.col.pop())

    def update(self, *others):
        for other in others:
            for value in other:
                self.add(value)

    def clear(self):
        self.col.clear()

    def copy(self):
        return set(self)

    def difference_update(self, other):
        for value in other:
            self.discard(value)

    def __ior__(self, other):
        self.update(other)
        return self

    def __isub__(self, other):
        self.difference_update(other)
        return self

    def _bulk_replace(self, values):
        values = list(values or ())
        removals = set(self).difference(values)
        for value in values:
            self.add(value)
        for value in removals:
            self.remove(value)

    def __repr__(self):
        return repr(set(self))


def _of_set(name):
    function = getattr(set, name)

    def operate(self, *others):
        return function(set(self), *[set(other) if isinstance(other, _AssociationSet) else other for other in others])

    return operate


for _name in """__and__ __or__ __sub__ __xor__ __rand__ __ror__ __rsub__ __rxor__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__
union intersection difference symmetric_difference issubset issuperset isdisjoint""".split():
    setattr(_AssociationSet, _name, _of_set(_name))


class _AssociationDict(_Collection):
    __class__ = property(lambda self: _Dict)

    def __getitem__(self, key):
        return self._get(self.col[key])

    def __setitem__(self, key, value):
        if key in self.col:
            self._set(self.col[key], value)
        else:
            self.col[key] = self._of._create(key, value)

    def __delitem__(self, key):
        del self.col[key]

    def __contains__(self, key):
        return key in self.col

    def __iter__(self):
        return iter(self.col.keys())

    def get(self, key, default=None):
        return self[key] if key in self.col else default

    def setdefault(self, key, default=None):
        if key not in self.col:
            self[key] = default
            return default
        return self[key]

    def keys(self):
        return self.col.keys()

    def items(self):
        return self._dict().items()

    def values(self):
        return self._dict().values()

    def pop(self, key, *default):
        if key not in self.col and default:
            return default[0]
        return self._get(self.col.pop(key))

    def popitem(self):
        key, member = self.col.popitem()
        return key, self._get(member)

    def update(self, *others, **more):
        for key, value in dict(*others, **more).items():
            self[key] = value

    def clear(self):
        self.col.clear()

    def copy(self):
        return self._dict()

    def _dict(self):
        return {key: self._get(member) for key, member in self.col.items()}

    def _bulk_replace(self, values):
        removals = set(self).difference(values)
        for key, value in values.items():
            self[key] = value
        for key in removals:
            del self[key]

    def __eq__(self, other):
        return self._dict() == (other._dict() if isinstance(other, _AssociationDict) else other)

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        return repr(self._dict())


_List, _Set, _Dict = (
    type(name, (kind,), {})
    for name, kind in (("_AssociationList", list), ("_AssociationSet", set), ("_AssociationDict", dict))
)

__getattr__ = module_getattr(__name__)
