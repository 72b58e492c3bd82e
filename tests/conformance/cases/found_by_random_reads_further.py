# more reads that once differed, found by random programs
# strategies: none
from typing import Optional

from sqlalchemy import create_engine, ForeignKey, func, insert, or_, select
from sqlalchemy.orm import (
    aliased,
    contains_eager,
    DeclarativeBase,
    defaultload,
    immediateload,
    joinedload,
    load_only,
    Mapped,
    mapped_column,
    raiseload,
    relationship,
    selectinload,
    Session,
    subqueryload,
    undefer_group,
)


class Base(DeclarativeBase):
    pass


class Ant(Base):
    __tablename__ = "ants"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    score: Mapped[Optional[int]] = mapped_column(deferred=True)
    bees: Mapped[list["Bee"]] = relationship(back_populates="ant", order_by="Bee.id")
    elks: Mapped[list["Elk"]] = relationship(order_by="Elk.id", lazy="subquery")


class Bee(Base):
    __tablename__ = "bees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    secret: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_raiseload=True)
    notes: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_group="more")
    ant_id: Mapped[Optional[int]] = mapped_column(ForeignKey("ants.id"))
    ant: Mapped[Optional["Ant"]] = relationship(back_populates="bees")
    cat_id: Mapped[Optional[int]] = mapped_column(ForeignKey("cats.id"))


class Cat(Base):
    __tablename__ = "cats"
    id: Mapped[int] = mapped_column(primary_key=True)
    notes: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_group="more")
    bees: Mapped[list["Bee"]] = relationship(backref="cat", order_by="Bee.id")


class Elk(Base):
    __tablename__ = "elks"
    id: Mapped[int] = mapped_column(primary_key=True)
    ant_id: Mapped[Optional[int]] = mapped_column(ForeignKey("ants.id"))
    elk_id: Mapped[Optional[int]] = mapped_column(ForeignKey("elks.id"))
    calves: Mapped[list["Elk"]] = relationship(order_by="Elk.id")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Ant), [{"id": id, "name": f"Ant {id}", "score": id} for id in (1, 2, 3)])
    session.execute(insert(Cat), [{"id": 1, "notes": "purrs"}])
    rows = [(1, 1, 1), (2, 1, None), (3, 2, 1), (4, None, None)]
    session.execute(insert(Bee), [{"id": id, "name": f"Bee {id}", "ant_id": ant, "cat_id": cat} for id, ant, cat in rows])
    rows = [(1, 1, None), (2, 2, 1), (3, None, 2), (4, None, 3)]
    session.execute(insert(Elk), [{"id": id, "ant_id": ant, "elk_id": elk} for id, ant, elk in rows])
    session.commit()


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


# a backref is there once mappers are configured; what is inserted does not do that
with Session(engine) as session:
    attempt(lambda: session.execute(select(func.count()).select_from(Bee).join(Bee.cat)).all())
# an object in two places of a row has subquery loads in each
with Session(engine) as session:
    query = select(Ant).join(Ant.bees).options(contains_eager(Ant.bees).joinedload(Bee.ant)).order_by(Ant.id, Bee.id)
    attempt(lambda: [[bee.ant is ant for bee in ant.bees] for ant in session.scalars(query).unique()])
    attempt(lambda: [[elk.id for elk in ant.elks] for ant in session.scalars(query).unique()])
with Session(engine) as session:
    query = select(Ant).options(joinedload(Ant.bees).joinedload(Bee.ant).subqueryload(Ant.bees)).order_by(Ant.id)
    attempt(lambda: [[len(bee.ant.bees) for bee in ant.bees] for ant in session.scalars(query).unique()])
# criteria beside a condition of the query's own are one of several
with Session(engine) as session:
    either = or_(Ant.score == 2, Ant.id != 3)
    query = select(Ant).options(subqueryload(Ant.bees).subqueryload(Bee.ant.and_(either))).where(Ant.score.is_not(None))
    attempt(lambda: [[bee.ant and bee.ant.id for bee in ant.bees] for ant in session.scalars(query.order_by(Ant.id))])
# an option that defers a column takes the place of the mapping's refusal to load it
with Session(engine) as session:
    attempt(lambda: session.get(Bee, 1).secret)
    attempt(lambda: session.get(Bee, 1, options=[load_only(Bee.name)], populate_existing=True).secret)
# a query that comes past a new object defers its columns too
with Session(engine) as session:
    session.add(Bee(name="new"))
    query = select(Bee).options(load_only(Bee.name)).order_by(Bee.id)
    attempt(lambda: [(bee.name, bee.ant_id) for bee in session.scalars(query)])
# undefer_group() alone is for the query's own entity
with Session(engine) as session:
    query = select(Cat).options(selectinload(Cat.bees), undefer_group("more"))
    attempt(lambda: [(cat.notes, [bee.notes for bee in cat.bees]) for cat in session.scalars(query)])
with Session(engine) as session:
    attempt(lambda: session.execute(select(Cat, Bee).join(Cat.bees).options(undefer_group("more"))).all())
# what a subquery load needs has to be in the row, by the row's own name of it
with Session(engine) as session:
    some = aliased(Bee)
    attempt(lambda: session.scalars(select(some).options(load_only(some.name), subqueryload(some.ant))).all())
with Session(engine) as session:
    few = aliased(Bee, select(Bee).limit(2).subquery())
    attempt(lambda: session.scalars(select(few).options(load_only(few.name), subqueryload(few.ant))).all())
# an option that goes on from an alias that is not there
with Session(engine) as session:
    other = aliased(Ant)
    attempt(lambda: session.scalars(select(Bee).options(joinedload(Bee.ant).selectinload(other.bees))).all())
with Session(engine) as session:
    attempt(lambda: session.scalars(select(Bee).options(joinedload(Bee.ant.of_type(other)).selectinload(Ant.bees))).all())
# rounds that start at an alias go on from its class
with Session(engine) as session:
    first = aliased(Elk)
    query = select(first).options(selectinload(first.calves, recursion_depth=2)).where(first.id == 1)
    attempt(lambda: [elk.id for elk in session.scalars(query)])
# a merged object goes by the options of the one that was given, and a view is merged
with Session(engine) as session, Session(engine) as elsewhere:
    query = select(Ant).options(joinedload(Ant.bees).raiseload("*")).where(Ant.id == 1)
    given = session.scalars(query).unique().one()
    merged = elsewhere.merge(given)
    attempt(lambda: [bee.name for bee in merged.bees])
    attempt(lambda: merged.bees[0].cat)
# what is expired is loaded again without the key that is known
with Session(engine) as session:
    bee = session.get(Bee, 1)
    session.commit()
    attempt(lambda: session.refresh(bee, ["ant"]))
    attempt(lambda: bee.name)
with Session(engine) as session:
    bee = session.get(Bee, 1)
    session.rollback()
    query = select(Ant).options(defaultload(Ant.bees).load_only(Bee.name)).order_by(Ant.id)
    attempt(lambda: [[bee.name for bee in ant.bees] for ant in session.scalars(query)])
    attempt(lambda: (bee.ant_id, bee.cat_id))
# a relationship of an expired object that is not to be loaded asks for nothing
with Session(engine) as session:
    ant = session.get(Ant, 3)
    session.commit()
    attempt(lambda: ant.bees)
# what the outermost query has found by subquery loads lives as long as a subquery load in its service is in the cache
with Session(engine) as session:
    query = select(Ant).options(immediateload(Ant.bees).subqueryload(Bee.cat)).order_by(Ant.id)
    attempt(lambda: len(session.scalars(query).all()))
    attempt(lambda: session.get(Elk, 1).id)
