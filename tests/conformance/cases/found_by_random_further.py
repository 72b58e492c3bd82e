# What random programs found: flushes that fail, keys that change, expired objects that were changed since
# strategies: joined, immediate

from typing import Optional

from sqlalchemy import ForeignKey, create_engine, delete, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, immediateload, joinedload, lazyload, load_only, mapped_column
from sqlalchemy.orm import relationship, selectinload, undefer_group


class Base(DeclarativeBase):
    pass


class Ant(Base):
    __tablename__ = "ants"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    score: Mapped[Optional[int]]
    bees: Mapped[list["Bee"]] = relationship(back_populates="ant", order_by="Bee.id", cascade="all, delete-orphan")
    first: Mapped[Optional["Cat"]] = relationship(back_populates="ant", cascade="all, delete-orphan")

    def __repr__(self):
        return f"Ant({self.id})"


class Bee(Base):
    __tablename__ = "bees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_group="more")
    ant_id: Mapped[int] = mapped_column(ForeignKey("ants.id"))
    ant: Mapped["Ant"] = relationship(back_populates="bees")
    mother_id: Mapped[Optional[int]] = mapped_column(ForeignKey("bees.id"))
    children: Mapped[list["Bee"]] = relationship(lazy="immediate", order_by="Bee.id")

    def __repr__(self):
        return f"Bee({self.id})"


class Cat(Base):
    __tablename__ = "cats"
    id: Mapped[int] = mapped_column(primary_key=True)
    ant_id: Mapped[Optional[int]] = mapped_column(ForeignKey("ants.id"))
    ant: Mapped[Optional["Ant"]] = relationship(back_populates="first")

    def __repr__(self):
        return f"Cat({self.id})"


class Key(Base):
    __tablename__ = "keys"
    ant_id: Mapped[int] = mapped_column(ForeignKey("ants.id"), primary_key=True)
    over_id: Mapped[Optional[int]] = mapped_column(ForeignKey("keys.ant_id"))
    ant: Mapped["Ant"] = relationship()
    under: Mapped[list["Key"]] = relationship(order_by="Key.ant_id", lazy="joined")

    def __repr__(self):
        return f"Key({self.ant_id})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Ant), [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}, {"id": 3, "name": "three"}])
    session.execute(insert(Bee), [{"id": 1, "name": "a", "ant_id": 1}, {"id": 2, "name": "b", "ant_id": 2}])
    session.execute(insert(Cat), [{"id": 1, "ant_id": 1}, {"id": 2, "ant_id": None}])
    session.execute(insert(Key), [{"ant_id": 1, "over_id": None}, {"ant_id": 2, "over_id": 1}])
    session.commit()


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, str(error).split("\n")[0])


print("an expired object is changed, then asked for")
with Session(engine) as session:
    ant = session.get(Ant, 1)
    session.expire(ant)
    ant.score = 4
    print(session.get(Ant, 1) is ant, ant.name)
    session.commit()
    ant.name = "uno"
    cat = session.get(Cat, 2)
    cat.ant = ant
    session.commit()
    print(cat.ant, session.scalars(select(Cat).order_by(Cat.id)).all())
    session.commit()
    print(session.scalars(select(Cat)).all())
    cat.ant = ant
    session.commit()

print("an expired object whose row is gone")
with Session(engine) as session:
    cat = session.get(Cat, 2)
    session.expire_all()
    session.execute(delete(Cat).where(Cat.id == 2), execution_options={"synchronize_session": False})
    attempt(lambda: session.get(Cat, 2))
    session.rollback()

print("what load_only left out, after a refresh")
with Session(engine) as session:
    ant = session.scalars(select(Ant).options(load_only(Ant.id)).order_by(Ant.id)).first()
    print(ant.name)
    session.refresh(ant)
    print(ant.score, ant.name)

print("a group inside of an option")
for first in (lazyload, immediateload, selectinload, joinedload):
    for option in (
        first(Ant.bees).options(undefer_group("more")),
        first(Ant.bees).undefer_group("more"),
        first(Ant.bees).joinedload(Bee.ant).joinedload(Ant.bees).options(undefer_group("more")),
    ):
        with Session(engine) as session:
            for ant in session.scalars(select(Ant).options(option).order_by(Ant.id)).unique():
                print(ant, [bee.note for bee in ant.bees])

print("what a failed flush keeps alive")
with Session(engine) as session:
    bee = session.get(Bee, 1)
    bee.ant = None
    attempt(lambda: session.flush())
    session.rollback()
    del bee
    print(session.get(Ant, 1).bees)

print("taken out of a collection that never had it")
with Session(engine) as session:
    ant = session.get(Ant, 3)
    bee = Bee(name="c", ant=ant)
    session.flush()
    bee.ant = None
    with session.no_autoflush:
        attempt(lambda: ant.bees)
        print(ant.bees)
    session.rollback()

print("joined no deeper, but asked for by name")
with Session(engine) as session:
    key = session.get(Key, 1)
    session.refresh(key, ["under"])
    print(key.under)

print("a key that the flush itself changes")
with Session(engine) as session:
    key = session.get(Key, 1)
    print(key.under)
    ant = Ant(id=9, name="nine")
    key.ant = ant
    attempt(lambda: session.commit())
    print(session.scalars(select(Key).order_by(Key.ant_id)).unique().all())
