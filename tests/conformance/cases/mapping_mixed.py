# every strategy on the mapping, with synonyms, hybrids and groups
# strategies: none
from typing import Optional
from sqlalchemy import (
    Column,
    create_engine,
    delete,
    desc,
    ForeignKey,
    func,
    insert,
    inspect,
    join,
    select,
    Table,
)
from sqlalchemy.orm import (
    aliased,
    column_property,
    DeclarativeBase,
    defer,
    deferred,
    lazyload,
    load_only,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
    synonym,
    undefer,
    undefer_group,
)
from sqlalchemy.ext.hybrid import hybrid_property, hybrid_method


class Base(DeclarativeBase):
    def __repr__(self):
        return f"{type(self).__name__}({','.join(str(k) for k in inspect(self).identity or ())})"


labels = Table("item_label", Base.metadata, Column("i", ForeignKey("item.id"), primary_key=True), Column("l", ForeignKey("label.id"), primary_key=True))


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str] = mapped_column()
    last: Mapped[str] = mapped_column()
    shops: Mapped[list["Shop"]] = relationship(back_populates="boss", lazy="selectin")
    nick = synonym("first")
    full = column_property(first + " " + last)

    @hybrid_property
    def initials(self):
        return self.first[0] + self.last[0]

    @initials.inplace.expression
    @classmethod
    def _initials(cls):
        return func.substr(cls.first, 1, 1) + func.substr(cls.last, 1, 1)


class Shop(Base):
    __tablename__ = "shop"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column("name")
    notes: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_group="txt")
    more: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_group="txt")
    boss_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))
    boss: Mapped[Optional["Person"]] = relationship(back_populates="shops", lazy="joined")
    items: Mapped[list["Item"]] = relationship(back_populates="shop", lazy="subquery", order_by="desc(Item.price), Item.id")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[int] = mapped_column()
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    shop: Mapped["Shop"] = relationship(back_populates="items", lazy="joined", innerjoin=True)
    parts: Mapped[list["Part"]] = relationship(back_populates="item", lazy="joined", order_by="Part.id", cascade="all, delete-orphan")
    labels: Mapped[list["Mark"]] = relationship(secondary=labels, back_populates="items", lazy="selectin", order_by="Mark.name")
    dear: Mapped[bool] = column_property(price > 10)


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    item: Mapped["Item"] = relationship(back_populates="parts", lazy="immediate")


class Mark(Base):
    __tablename__ = "label"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    items: Mapped[list["Item"]] = relationship(secondary=labels, back_populates="labels", lazy="raise")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
Person.item_count = column_property(select(func.count(Item.id)).join(Shop).where(Shop.boss_id == Person.id).correlate_except(Item, Shop).scalar_subquery())
with Session(engine) as s:
    s.execute(insert(Person), [{"id": 1, "first": "Ann", "last": "Lee"}, {"id": 2, "first": "Bob", "last": "Ray"}])
    s.execute(insert(Shop), [{"id": 1, "title": "One", "notes": "n1", "more": "m1", "boss_id": 1}, {"id": 2, "title": "Two", "boss_id": 1}, {"id": 3, "title": "Three", "boss_id": None}])
    s.execute(insert(Item), [{"id": i, "name": f"i{i}", "price": p, "shop_id": sh} for i, p, sh in [(1, 5, 1), (2, 15, 1), (3, 10, 2), (4, 15, 1)]])
    s.execute(insert(Part), [{"id": i, "name": f"p{i}", "item_id": it} for i, it in [(1, 1), (2, 1), (3, 3)]])
    s.execute(insert(Mark), [{"id": 1, "name": "z"}, {"id": 2, "name": "a"}])
    s.execute(insert(labels), [{"i": 1, "l": 1}, {"i": 1, "l": 2}, {"i": 3, "l": 1}])
    s.commit()

s = Session(engine)

# all shops
for x in s.scalars(select(Shop)):
    print(x, x.boss, x.items, [(i, i.shop, i.parts, i.labels) for i in x.items])
s.close()

# all items
for x in s.scalars(select(Item)).unique():
    print(x, x.shop, x.shop.boss, x.parts, x.labels, x.dear)
s.close()

# all parts
for x in s.scalars(select(Part)):
    print(x, x.item, x.item.shop)
s.close()

# all people
for x in s.scalars(select(Person)):
    print(x, x.shops, x.full, x.initials, x.nick, x.item_count, [h.items for h in x.shops])
s.close()

# syn
r = s.execute(select(Person.nick, Person.full, Person.initials, Person.item_count).where(Person.nick == 'Ann'))
print(r.keys(), r.all())
r = s.execute(select(Person).order_by(Person.nick))
print(r.scalars().all())
print(s.execute(select(Person.nick.label('q'), Person)).first()._fields)
A = aliased(Person)
print(s.execute(select(A.nick, A.initials, A.full, A.item_count)).keys(), s.scalars(select(A).where(A.nick == 'Bob', A.initials == 'BR')).all())
print(s.query(Person.nick).first()._fields, s.query(Person).filter_by(nick='Ann').all(), s.scalars(select(Person).filter_by(nick='Bob')).all())
s.close()

# syn row
r = s.execute(select(Person.nick, Person.first))
print(r.keys())
row = r.first()
print(row, row._mapping)
s.close()

# group defer
x = s.get(Shop, 1)
print(x.more, 'notes' in x.__dict__)
x = s.scalars(select(Shop).options(undefer_group('txt'), lazyload('*')).execution_options(populate_existing=True)).first()
print('notes' in x.__dict__)
x = s.scalars(select(Shop).options(undefer(Shop.notes), lazyload('*'))).all()[1]
print('more' in x.__dict__, 'notes' in x.__dict__, x.more)
s.close()

# renamed
r = s.execute(select(Shop.title, Shop.id))
print(r.keys(), r.first().title)
print(s.execute(select(Shop.__table__)).keys())
print(s.scalars(select(Shop).where(Shop.title == 'One').options(load_only(Shop.title))).all())
sub = select(Shop).subquery()
print(sub.c.keys(), s.execute(select(sub.c.title if 'title' in sub.c else sub.c.name)).all())
s.close()

# nested sel
for x in s.scalars(select(Person).options(selectinload(Person.shops).selectinload(Shop.items).selectinload(Item.labels))):
    print([(h, [(i, i.labels) for i in h.items]) for h in x.shops])
s.close()
