# changes that once differed, found by random programs
# strategies: selectin, joined, subquery, immediate
from typing import Optional

from sqlalchemy import create_engine, ForeignKey, insert, select
from sqlalchemy.orm import (
    DeclarativeBase,
    joinedload,
    load_only,
    Mapped,
    mapped_column,
    relationship,
    Session,
    subqueryload,
)


class Base(DeclarativeBase):
    pass


class Ant(Base):
    __tablename__ = "ants"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[Optional[str]] = mapped_column(deferred=True)
    secret: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_raiseload=True)
    bees: Mapped[list["Bee"]] = relationship(back_populates="ant", order_by="Bee.id")


class Bee(Base):
    __tablename__ = "bees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    ant_id: Mapped[Optional[int]] = mapped_column(ForeignKey("ants.id"))
    ant: Mapped[Optional["Ant"]] = relationship(back_populates="bees")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Ant), [{"id": 1, "name": "one", "note": "a"}, {"id": 2, "name": "two", "note": "b"}])
    session.execute(insert(Bee), [{"id": 1, "name": "Maya", "ant_id": 1}, {"id": 2, "name": "Willi", "ant_id": 2}])
    session.commit()


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


# it is to be deleted, then given to a parent: saved first, and deleted by the same commit
with Session(engine) as session:
    bee = session.get(Bee, 1)
    session.delete(bee)
    session.add(Ant(name="new", bees=[bee]))
    attempt(lambda: session.commit())
    attempt(lambda: session.scalars(select(Bee.id)).all())
# an expired deferred column comes by itself, or not at all
with Session(engine) as session:
    ant = session.get(Ant, 2)
    session.expire_all()
    attempt(lambda: ant.note)
    attempt(lambda: ant.secret)
    attempt(lambda: ant.name)
# options of a merge are for its load
with Session(engine) as session:
    attempt(lambda: session.merge(Bee(id=2, name="merged"), options=[joinedload(Bee.ant).load_only(Ant.note)]).ant.note)
with Session(engine) as session:
    attempt(lambda: session.merge(Bee(id=2), options=[subqueryload(Bee.ant), load_only(Bee.name, Bee.ant_id)]).name)
# each warning is told, and says that it comes from an autoflush
with Session(engine) as session:
    ant = session.get(Ant, 2)
    for name in ("stray", "stray again"):
        stray = Bee(name=name, ant=ant)
        attempt(lambda: session.scalars(select(Ant.id)).all())
