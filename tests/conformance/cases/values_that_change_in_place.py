# Values that change in place: MutableDict, MutableList, MutableSet, and classes of one's own
# strategies: none
import pickle
from typing import Any
from sqlalchemy import *
from sqlalchemy import event
from sqlalchemy.orm import *
from sqlalchemy.ext.mutable import Mutable, MutableDict, MutableList, MutableSet
from sqlalchemy.orm.attributes import flag_modified


class Point(Mutable):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        self.changed()

    @classmethod
    def coerce(cls, key, value):
        if isinstance(value, tuple):
            return cls(*value)
        return value if isinstance(value, Point) else Mutable.coerce(key, value)

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class PointType(TypeDecorator):
    impl = String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else f"{value.x},{value.y}"

    def process_result_value(self, value, dialect):
        return None if value is None else tuple(int(part) for part in value.split(","))


class SetType(TypeDecorator):
    impl = JSON
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else sorted(value)

    def process_result_value(self, value, dialect):
        return None if value is None else set(value)


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: MutableDict.as_mutable(JSON)}


class Stamped:
    meta: Mapped[Any] = mapped_column(MutableDict.as_mutable(JSON), default=lambda: {"by": "me"})


class Doc(Stamped, Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(MutableDict.as_mutable(JSON), default=dict)
    tags: Mapped[Any] = mapped_column(MutableList.as_mutable(JSON), nullable=True)
    seen: Mapped[Any] = mapped_column(MutableSet.as_mutable(SetType), nullable=True)
    more: Mapped[dict[str, Any] | None]
    point: Mapped[Any] = mapped_column(Point.as_mutable(PointType), nullable=True)
    plain: Mapped[Any] = mapped_column(JSON, nullable=True)
    kind: Mapped[str] = mapped_column(default="doc")
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "doc"}


class Letter(Doc):
    extra: Mapped[Any] = mapped_column(MutableDict.as_mutable(JSON), nullable=True)
    __mapper_args__ = {"polymorphic_identity": "letter"}


class Pair(Base):
    __tablename__ = "pair"
    id: Mapped[int] = mapped_column(primary_key=True)
    left: Mapped[Any] = mapped_column(MutableDict.as_mutable(JSON), nullable=True)
    right: Mapped[Any] = mapped_column(MutableDict.as_mutable(JSON), nullable=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as s:
    d = Doc(data={"a": 1}, tags=["x"], seen={1}, more={"m": 1}, point=(1, 2), plain={"p": 1})
    print(type(d.data), type(d.tags), type(d.seen), type(d.more), d.point, type(d.plain), d.meta)
    s.add(d)
    s.flush()
    print(type(d.meta), d.meta)
    d.meta["at"] = 1
    print(d in s.dirty, s.is_modified(d))
    s.flush()
    d.data["b"] = 2
    d.tags.append("y")
    s.commit()
    print(d.data, d.tags, d.seen, d.more, d.point)
    d.plain["q"] = 1
    print(d in s.dirty)
    d.data.update(c=3)
    s.commit()
    d.data.pop("a")
    d.data.setdefault("z", 0)
    d.data.popitem()
    del d.data["b"]
    d.data |= {"or": 1}
    s.commit()
    print(d.data)
    d.data.clear()
    s.commit()
    for change in (
        lambda l: l.extend([3, 1, 2]), lambda l: l.insert(0, 9), lambda l: l.remove("x"), lambda l: l.pop(), lambda l: l.pop(0),
        lambda l: l.reverse(), lambda l: l.sort(key=str), lambda l: l.__setitem__(0, "first"), lambda l: l.__setitem__(slice(0, 1), [7, 8]),
        lambda l: l.__delitem__(0), lambda l: l.__iadd__([5]), lambda l: l.__imul__(2), lambda l: l.clear(),
    ):
        change(d.tags)
        print(d in s.dirty)
        s.commit()
        print(d.tags)
    for change in (
        lambda l: l.add(3), lambda l: l.discard(1), lambda l: l.update([4, 5]), lambda l: l.remove(4), lambda l: l.__ior__({7}),
        lambda l: l.__iand__({7, 5}), lambda l: l.__ixor__({5, 6}), lambda l: l.__isub__({6}), lambda l: l.pop(), lambda l: l.clear(),
    ):
        change(d.seen)
        print(d in s.dirty)
        s.flush()
    print(d.seen)
    d.point.x = 9
    s.commit()
    print(d.point)
    d.point = None
    s.commit()
    d.point = (3, 4)
    d.point.y = 5
    s.commit()
    tried(lambda: setattr(d, "data", [1]))
    tried(lambda: setattr(d, "tags", {"a": 1}))
    tried(lambda: setattr(d, "seen", "abc"))
    tried(lambda: Doc(data=5))
    old = d.data
    d.data = {"new": 1}
    s.commit()
    old["lost"] = 1
    print(d in s.dirty)
    held = d.data
    s.commit()
    tried(lambda: held.update(x=1))
    d.data["y"] = 1
    print(inspect(d).attrs.data.history.added, s.dirty)
    s.rollback()
    print(d.data)
    s.refresh(d, ["data"])
    d.data["r"] = 1
    s.commit()
    print(d.data)
    l = Letter(data={"l": 1}, extra={"e": 1})
    s.add(l)
    s.commit()
    l.extra["f"] = 2
    l.data["g"] = 2
    l.meta["h"] = 2
    s.commit()
    l = s.scalars(select(Doc).where(Doc.kind == "letter").execution_options(populate_existing=True)).one()
    l.extra["k"] = 2
    s.commit()
    shared = MutableDict({"s": 1})
    p, q = Pair(left=shared), Pair(left=shared)
    s.add_all([p, q])
    s.commit()
    p.left = q.left = shared
    s.commit()
    p.left, q.left
    p.left = q.left
    s.flush()
    p.left["both"] = 1
    print(p in s.dirty, q in s.dirty, len(p.left._parents))
    s.commit()
    copied = pickle.loads(pickle.dumps(p.left))
    print(type(copied), copied)
    m = s.merge(Pair(id=1, left={"merged": 1}))
    m.left["again"] = 1
    s.commit()
    print(m.left, repr(m.left), m.left == {"again": 1, "merged": 1}, dict(m.left))
    s.expunge(m)
    m.left["detached"] = 1
    s.add(m)
    s.commit()
    print(m.left)
    nested = Doc(data={"deep": {"x": 1}})
    s.add(nested)
    s.commit()
    nested.data["deep"]["x"] = 2
    print(nested in s.dirty)
    flag_modified(nested, "data")
    s.commit()
    print(nested.data)


class Tree(MutableDict):
    """A dict whose dicts tell too."""

    @classmethod
    def coerce(cls, key, value):
        if not isinstance(value, dict):
            return MutableDict.coerce(key, value)
        made = cls()
        for name, part in value.items():
            made[name] = part
        return made

    def __setitem__(self, key, value):
        if isinstance(value, dict) and not isinstance(value, Tree):
            value = Tree.coerce(key, value)
            value._parents = self._parents
        super().__setitem__(key, value)


class Other(Base):
    __tablename__ = "other"
    id: Mapped[int] = mapped_column(primary_key=True)
    tree: Mapped[Any] = mapped_column(Tree.as_mutable(JSON))


class Associated(JSON):
    pass


MutableList.associate_with(Associated)


class Third(Base):
    __tablename__ = "third"
    id: Mapped[int] = mapped_column(primary_key=True)
    some: Mapped[Any] = mapped_column(Associated)


Base.metadata.create_all(engine)
told = []


@event.listens_for(Other, "refresh_flush")
def refresh_flush(target, context, attrs):
    told.append((type(target).__name__, type(context).__name__, attrs))


@event.listens_for(Doc, "refresh_flush", propagate=True)
def refresh_flush_of_docs(target, context, attrs):
    told.append((type(target).__name__, sorted(attrs)))


@event.listens_for(Doc.plain, "set", propagate=True, raw=True)
def set_plain(target, value, oldvalue, initiator):
    told.append((type(target).__name__, type(target.obj()).__name__, value))


with Session(engine) as s:
    o = Other(tree={"a": {"b": 1}})
    t = Third(some=[1])
    s.add_all([o, t, Doc(plain=1), Letter(plain=2, meta={})])
    s.commit()
    o.tree["a"]["b"] = 2
    t.some.append(2)
    s.commit()
    print(o.tree, t.some)
    print(told)
