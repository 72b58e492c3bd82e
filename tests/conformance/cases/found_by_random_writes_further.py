# more changes that once differed, found by random programs
# strategies: selectin, joined
from typing import Optional

from sqlalchemy import Column, create_engine, delete, ForeignKey, insert, select, Table, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


link = Table(
    "link",
    Base.metadata,
    Column("bee_id", ForeignKey("bees.id"), primary_key=True),
    Column("cat_id", ForeignKey("cats.id"), primary_key=True),
)


class Ant(Base):
    __tablename__ = "ants"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    score: Mapped[Optional[int]] = mapped_column(deferred=True)
    bees: Mapped[list["Bee"]] = relationship(back_populates="ant", cascade="all, delete-orphan", order_by="Bee.id")
    seen: Mapped[list["Bee"]] = relationship(viewonly=True, order_by="Bee.id")


class Bee(Base):
    __tablename__ = "bees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    ant_id: Mapped[Optional[int]] = mapped_column(ForeignKey("ants.id"))
    ant: Mapped[Optional["Ant"]] = relationship(back_populates="bees")
    cats: Mapped[list["Cat"]] = relationship(secondary="link", backref="bees", order_by="Cat.id")


class Cat(Base):
    __tablename__ = "cats"
    id: Mapped[int] = mapped_column(primary_key=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


def afresh():
    session = Session(engine, autoflush=False)
    session.execute(delete(link))
    session.execute(delete(Cat))
    session.execute(delete(Bee))
    session.execute(delete(Ant))
    session.execute(insert(Ant), [{"id": id, "name": f"Ant {id}", "score": id} for id in (1, 2, 3)])
    session.execute(insert(Bee), [{"id": 1, "name": "Bee 1", "ant_id": 1}, {"id": 2, "name": "Bee 2", "ant_id": 1}])
    session.execute(insert(Cat), [{"id": 1}, {"id": 2}])
    session.execute(insert(link), [{"bee_id": 1, "cat_id": 1}])
    session.commit()
    return session


# a foreign key that was overwritten before it was known counts as NULL
with afresh() as session:
    bee = session.get(Bee, 1)
    session.rollback()
    attempt(lambda: session.delete(bee))
    bee.ant_id = 1
    attempt(lambda: session.commit())
# the attribute is told of a removal before the list finds that there is nothing to remove
with afresh() as session:
    bee, other = session.get(Bee, 1), session.get(Ant, 2)
    bee.name = "changed"
    attempt(lambda: other.bees.remove(bee))
    attempt(lambda: session.commit())
    attempt(lambda: session.scalars(select(Bee.id)).all())
# a column that nobody gave a value is not loaded for a relationship's sake
with afresh() as session:
    bee = Bee(name="new")
    session.add(bee)
    session.flush()
    attempt(lambda: session.refresh(bee, ["ant"]))
    bee.ant = None
    attempt(lambda: session.flush())
# an object whose deferred column a deletion asks for may be gone
with afresh() as session:
    ant = session.get(Ant, 1)
    attempt(lambda: session.execute(delete(Ant).where(~(Ant.score < 5))).rowcount)
    attempt(lambda: ant.name)
with afresh() as session:
    ant = session.get(Ant, 1)
    attempt(lambda: session.execute(update(Ant).where(Ant.score < 2).values(name="changed")).rowcount)
    attempt(lambda: ant.name)
# views are merged
with afresh() as session, Session(engine) as elsewhere:
    given = session.get(Ant, 1)
    attempt(lambda: [bee.name for bee in given.seen])
    merged = elsewhere.merge(given)
    attempt(lambda: [bee.name for bee in merged.seen])
    attempt(lambda: elsewhere.commit())
# the side that a backref made hears of changes
with afresh() as session:
    bee, cats = session.get(Bee, 1), session.scalars(select(Cat).order_by(Cat.id)).all()
    bee.cats = [cats[1]]
    attempt(lambda: [cat in session.dirty for cat in cats])
    session.expire(bee)
    attempt(lambda: session.commit())
    attempt(lambda: [cat.id for cat in bee.cats])
