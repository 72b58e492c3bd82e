# collections of the program's own classes, and sets
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, ForeignKey
from sqlalchemy.orm.collections import attribute_mapped_collection, InstrumentedList, InstrumentedSet
from sqlalchemy.orm import (
    attribute_keyed_dict,
    column_keyed_dict,
    DeclarativeBase,
    KeyFuncDict,
    Mapped,
    mapped_collection,
    mapped_column,
    relationship,
    Session,
)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class NodeMap(KeyFuncDict):

    def __init__(self, *args, **kw):
        super().__init__(keyfunc=lambda node: node.name)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    items = relationship("Item", collection_class=NodeMap)
    more = relationship("Item", collection_class=lambda: set(), viewonly=True)
    lst = relationship("Item", collection_class=list, viewonly=True)
    kf = relationship("Item", collection_class=mapped_collection(lambda i: (i.id, i.name)), viewonly=True)
    ck = relationship("Item", collection_class=lambda: column_keyed_dict(Item.__table__.c.name)(), viewonly=True)


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("users.id"))

    def __repr__(self):
        return f"Item({self.name})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User()
    u.items["a"] = Item(name="a")
    u.items.set(Item(name="b"))
    s.add(u)
    s.commit()
    print(u.items, type(u.items).__name__, u.more, type(u.more).__name__, type(u.lst).__name__, u.kf, u.ck)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class MyList(list):

    def names(self):
        return [i.name for i in self]


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list["Item"]] = relationship(collection_class=MyList)


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("users.id"))


Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User(items=[Item(name="a"), Item(name="b")])
    s.add(u)
    s.commit()
    print(u.items.names())


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    cs: Mapped[set["C"]] = relationship(back_populates="p", cascade="all, delete-orphan")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    pid: Mapped[int] = mapped_column(ForeignKey("p.id"))
    p: Mapped["P"] = relationship(back_populates="cs")

    def __repr__(self):
        return f"C({self.n})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    c = C(n=1)
    p = P(cs={c})
    p.cs.add(C(n=2)) if False else None
    print(c.p is p, p.cs, type(p.cs).__name__, isinstance(p.cs, set))
    s.add(p)
    s.commit()
    print(len(p.cs), c in p.cs)
    d = C(n=3)
    p.cs.add(d)
    s.commit()
    p.cs.discard(c)
    s.commit()
    print(p.cs, p.cs == {d})
    p.cs.remove(d)
    try:
        p.cs.remove(d)
    except KeyError as e:
        print("KeyError", e)
    s.commit()
    p.cs |= {C(n=7)}
    s.commit()
    p.cs.clear()
    s.commit()
    print(p.cs)
    try:
        p.cs = [C(n=1)]
    except TypeError as e:
        print(e)
    try:
        p.cs.append(3)
    except AttributeError as e:
        print(e)
    try:
        p.cs.add(3)
    except Exception as e:
        print(type(e), e)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    notes: Mapped[dict[str, "Note"]] = relationship(collection_class=attribute_keyed_dict("keyword"), cascade="all, delete-orphan")


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    pid: Mapped[int] = mapped_column(ForeignKey("p.id"))
    keyword: Mapped[str]
    text: Mapped[Optional[str]]

    def __init__(self, keyword, text):
        self.keyword, self.text = (keyword, text)

    def __repr__(self):
        return f"Note({self.keyword}, {self.text})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    p = P()
    p.notes["a"] = Note("a", "atext")
    p.notes["b"] = Note("b", "btext")
    s.add(p)
    s.commit()
    print(p.notes, p.notes["a"], sorted(p.notes), len(p.notes), "a" in p.notes)
    p.notes["a"] = Note("a", "replaced")
    s.commit()
    del p.notes["b"]
    s.commit()
    print(p.notes, list(p.notes.values()), list(p.notes.items()), p.notes.get("zz"))
    print(p.notes.pop("a"))
    s.commit()
    p.notes.set(Note("k", "v"))
    s.commit()
    print(p.notes.setdefault("k", None), p.notes.keys())
    try:
        p.notes["x"] = Note("y", "z")
    except Exception as e:
        print(type(e), e)
    try:
        p.notes["none"]
    except KeyError as e:
        print(e)
