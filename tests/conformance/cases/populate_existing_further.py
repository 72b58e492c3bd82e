# Objects that are filled anew while loads for them are under way
# strategies: none

from typing import Optional

from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, defaultload, immediateload, joinedload, mapped_column
from sqlalchemy.orm import relationship, selectinload, subqueryload


class Base(DeclarativeBase):
    pass


class Ant(Base):
    __tablename__ = "ants"
    id: Mapped[int] = mapped_column(primary_key=True)
    bees: Mapped[list["Bee"]] = relationship(back_populates="ant", order_by="Bee.id")

    def __repr__(self):
        return f"Ant({self.id})"


class Bee(Base):
    __tablename__ = "bees"
    id: Mapped[int] = mapped_column(primary_key=True)
    ant_id: Mapped[Optional[int]] = mapped_column(ForeignKey("ants.id"))
    ant: Mapped[Optional["Ant"]] = relationship(back_populates="bees", lazy="subquery")
    cats: Mapped[list["Cat"]] = relationship(back_populates="bee", order_by="Cat.id")

    def __repr__(self):
        return f"Bee({self.id})"


class Cat(Base):
    __tablename__ = "cats"
    id: Mapped[int] = mapped_column(primary_key=True)
    bee_id: Mapped[Optional[int]] = mapped_column(ForeignKey("bees.id"))
    bee: Mapped[Optional["Bee"]] = relationship(back_populates="cats")

    def __repr__(self):
        return f"Cat({self.id})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Ant), [{"id": 1}, {"id": 2}])
    session.execute(insert(Bee), [{"id": 1, "ant_id": 1}, {"id": 2, "ant_id": 2}, {"id": 3, "ant_id": 1}])
    session.execute(insert(Cat), [{"id": 1, "bee_id": 1}, {"id": 2, "bee_id": 3}, {"id": 3, "bee_id": 2}])
    session.commit()


def load(session, *options):
    query = select(Cat).options(*options).order_by(Cat.id).execution_options(populate_existing=True)
    try:
        return session.scalars(query).unique().all()
    except Exception as error:
        print(type(error).__name__, error)
        return []


OPTIONS = [
    [joinedload(Cat.bee).options(defaultload(Bee.ant).subqueryload(Ant.bees).selectinload(Bee.cats))],
    [selectinload(Cat.bee).selectinload(Bee.cats).selectinload(Cat.bee)],
    [joinedload(Cat.bee).joinedload(Bee.cats).immediateload(Cat.bee)],
    [immediateload(Cat.bee).immediateload(Bee.ant).selectinload(Ant.bees).joinedload(Bee.cats)],
    [subqueryload(Cat.bee).joinedload(Bee.ant).selectinload(Ant.bees)],
]
for options in OPTIONS:
    print("with", len(options))
    with Session(engine) as session:
        for _ in range(2):
            for cat in load(session, *options):
                print(cat, cat.bee, cat.bee.cats, cat.bee.ant, cat.bee.ant.bees)

# An object that takes along what another query of the same load waits for.
with Session(engine) as session:
    known = session.get(Bee, 2)
    query = select(Bee).options(immediateload(Bee.ant).options(selectinload(Ant.bees))).order_by(Bee.id)
    for bee in session.scalars(query):
        print(bee, bee.ant, bee.ant.bees)
