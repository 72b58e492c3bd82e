# collections that are dictionaries, by key
# strategies: selectin, joined, subquery
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import (
    attribute_keyed_dict,
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
    Session,
)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[dict[str, "Item"]] = relationship(collection_class=attribute_keyed_dict("name"), back_populates="user", lazy="joined")


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("users.id"))
    user: Mapped[Optional["User"]] = relationship(back_populates="items")

    def __repr__(self):
        return f"Item({self.name})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    u = User(items={"a": Item(name="a"), "zzz": Item(name="b")})
    print(u.items)
    s.add(u)
    s.commit()
    print(u.items)
    i = Item(name="c", user=u)
    print(u.items)
    s.commit()
    for x in s.scalars(select(User)).unique():
        print(x.items)
    i.user = None
    print(u.items)
    s.commit()
    u.items.update({"q": Item(name="q")})
    s.commit()
    print(sorted(u.items.keys()), "q" in u.items, u.items == {}, len(u.items))
    del u.items["q"]
    s.commit()
    u.items.clear()
    s.commit()
    try:
        u.items = [Item(name="x")]
    except TypeError as e:
        print(e)
    try:
        Item(user=u)
    except Exception as e:
        print(type(e), e)
    s.rollback()
    u.items["n"] = Item(name=None) if False else Item(name="n")
    s.flush()
    s.expire(u)
    print(u.items)
    m = s.merge(User(id=1, items={"k": Item(name="k")}))
    s.commit()
    print(m.items)
