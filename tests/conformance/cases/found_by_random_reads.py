# reads that once differed, found by random programs
# strategies: joined, subquery
from typing import Optional

from sqlalchemy import Column, create_engine, ForeignKey, insert, select, Table
from sqlalchemy.orm import (
    aliased,
    DeclarativeBase,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
    subqueryload,
)


class Base(DeclarativeBase):
    pass


link = Table(
    "link",
    Base.metadata,
    Column("ant_id", ForeignKey("ants.id"), primary_key=True),
    Column("bee_id", ForeignKey("bees.id"), primary_key=True),
)


class Ant(Base):
    __tablename__ = "ants"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    score: Mapped[Optional[int]] = mapped_column(deferred=True)
    queen_id: Mapped[Optional[int]] = mapped_column(ForeignKey("ants.id"))
    queen: Mapped[Optional["Ant"]] = relationship(back_populates="workers", remote_side="Ant.id")
    workers: Mapped[list["Ant"]] = relationship(back_populates="queen", order_by="Ant.id")
    bees: Mapped[list["Bee"]] = relationship(secondary="link", back_populates="ants", order_by="Bee.id")


class Bee(Base):
    __tablename__ = "bees"
    id: Mapped[int] = mapped_column(primary_key=True)
    ants: Mapped[list["Ant"]] = relationship(secondary="link", back_populates="bees", order_by="Ant.id")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    rows = [(1, None, 3), (2, 1, 5), (3, 1, None), (4, 2, 1)]
    session.execute(insert(Ant), [{"id": id, "name": f"Ant {id}", "queen_id": queen, "score": score} for id, queen, score in rows])
    session.execute(insert(Bee), [{"id": 1}, {"id": 2}])
    session.execute(insert(link), [{"ant_id": 1, "bee_id": 1}, {"ant_id": 2, "bee_id": 1}, {"ant_id": 2, "bee_id": 2}])
    session.commit()


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


def names(things):
    things = list(things)
    return [(thing.name, [other.name for other in thing.workers], thing.queen and thing.queen.name) for thing in things]


# the same object twice under one key of a subquery load
with Session(engine) as session:
    query = select(Ant).options(subqueryload(Ant.bees).subqueryload(Bee.ants)).order_by(Ant.id)
    attempt(lambda: [[[ant.id for ant in bee.ants] for bee in ant.bees] for ant in session.scalars(query)])
# a condition on the relationship is about its target
with Session(engine) as session:
    query = select(Ant).options(joinedload(Ant.workers.and_(Ant.name != "Ant 2"))).distinct().order_by(Ant.id).limit(3)
    attempt(lambda: names(session.scalars(query).unique()))
# a wildcard is for one statement
with Session(engine) as session:
    attempt(lambda: names(session.scalars(select(Ant).options(lazyload("*")).order_by(Ant.id)).unique()))
# the first row of a joined collection needs no unique()
with Session(engine) as session:
    query = select(Ant).options(joinedload(Ant.workers)).order_by(Ant.id)
    attempt(lambda: session.scalars(query).first().name)
with Session(engine) as session:
    attempt(lambda: session.scalar(query).name)
with Session(engine) as session:
    attempt(lambda: session.scalars(query).all())
# an alias of a subquery has the deferred columns too, and its relationships lead to the table
with Session(engine) as session:
    some = aliased(Ant, select(Ant).where(Ant.id < 4).order_by(Ant.id).limit(3).subquery())
    attempt(lambda: names(session.scalars(select(some).where(some.score > 1).order_by(some.id)).unique()))
with Session(engine) as session:
    attempt(lambda: names(session.scalars(select(some).where(some.workers.any()).order_by(some.id)).unique()))
# an alias in the path counts as its class
with Session(engine) as session:
    other = aliased(Ant)
    attempt(lambda: names(session.scalars(select(other).where(other.queen == None).order_by(other.id)).unique()))
# the same object in two places of a row: the second one completes it
with Session(engine) as session:
    query = select(Ant, Bee).join(Ant.bees).options(load_only(Ant.id)).options(joinedload(Bee.ants)).order_by(Ant.id, Bee.id)
    attempt(lambda: [(ant.name, ant.queen_id, bee.id) for ant, bee in session.execute(query).unique()])
# what a subquery load needs has to be in the row
with Session(engine) as session:
    attempt(lambda: session.scalars(select(Ant).options(load_only(Ant.name)).options(subqueryload(Ant.queen))).all())
# options that contradict each other tell their whole paths
with Session(engine) as session:
    query = select(Ant).options(selectinload(Ant.workers).joinedload(Ant.bees), selectinload(Ant.workers).selectinload(Ant.bees))
    attempt(lambda: session.scalars(query).all())
with Session(engine) as session:
    query = select(Ant).options(immediateload(Ant.workers).joinedload(Ant.queen)).order_by(Ant.id)
    attempt(lambda: names(session.scalars(query)))
