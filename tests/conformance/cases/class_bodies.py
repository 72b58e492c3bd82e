# expressions over the columns of a class body
# strategies: lazy, selectin, joined
from typing import List, Optional
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint, and_, case, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, column_property, mapped_column, relationship


class Base(DeclarativeBase):
    pass

friends = Table("friends", Base.metadata, Column("a", ForeignKey("people.id"), primary_key=True), Column("b", ForeignKey("people.id"), primary_key=True))


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str] = mapped_column()
    last: Mapped[str] = mapped_column(String(20))
    age: Mapped[int] = mapped_column(default=3)
    city_id: Mapped[Optional[int]] = mapped_column(ForeignKey("cities.id"))
    work_id: Mapped[Optional[int]] = mapped_column(ForeignKey("cities.id"))
    full = column_property(first + " " + last)
    doubled = column_property(age * 2)
    old = column_property(and_(age > 18, first != "x"))
    kind = column_property(case((age > 18, "adult"), else_="child"))
    upper = column_property(func.upper(first))
    friends: Mapped[List["Person"]] = relationship(secondary=friends, primaryjoin=id == friends.c.a, secondaryjoin=id == friends.c.b, order_by=first.desc())
    city: Mapped[Optional["City"]] = relationship(foreign_keys=[city_id], back_populates="people")
    work: Mapped[Optional["City"]] = relationship(foreign_keys=work_id)
    __table_args__ = (UniqueConstraint("first", "last"), sa.Index("ix_x", last.desc()), sa.CheckConstraint(age >= 0))
    __mapper_args__ = {"eager_defaults": False}


class City(Base):
    __tablename__ = "cities"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    people: Mapped[List[Person]] = relationship(foreign_keys=Person.city_id, back_populates="city", order_by=(Person.last, Person.first.desc()))
    adults: Mapped[List[Person]] = relationship(primaryjoin=lambda: and_(City.id == Person.city_id, Person.age > 18), viewonly=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    c = City(name="Rome")
    a, b = Person(first="a", last="z", age=20, city=c), Person(first="b", last="y", work=c, city=c)
    a.friends.append(b)
    session.add_all([a, b])
    session.commit()
    for p in session.scalars(select(Person).order_by(Person.id)):
        print(p.full, p.doubled, p.old, p.kind, p.upper, [f.first for f in p.friends], p.work and p.work.name)
    print([p.full for p in c.people], [p.full for p in c.adults])
    print(session.execute(select(Person.full, Person.kind).where(Person.doubled > 10)).all())
    print(select(Person.full).where(Person.full == "x"))
    P = aliased(Person)
    print(session.scalars(select(P.full).where(P.old)).all())
