# Column() in a class body, used there before the table exists; keys and attributes that the mapper is told
# strategies: selectin, joined

# %% Models
from sqlalchemy import Column, ForeignKey, Integer, String, and_, create_engine, or_, select
from sqlalchemy.orm import Session, column_property, declarative_base, foreign, relationship, remote

Base = declarative_base()


class Farm(Base):
    __tablename__ = "farms"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))


class Animal(Base):
    __tablename__ = "animals"
    id = Column(Integer, primary_key=True)
    kind = Column("species", String(20))
    farm_id = Column(Integer, ForeignKey("farms.id"))
    mother_id = Column(Integer, ForeignKey("animals.id"))
    weight = Column(Integer)
    farm = relationship(Farm, primaryjoin=farm_id == Farm.id, backref="animals")
    mother = relationship("Animal", primaryjoin=mother_id == id, remote_side=id)
    lambs = relationship(
        "Animal", primaryjoin=and_(id == foreign(remote(mother_id)), weight < 20), order_by=weight.desc(), viewonly=True
    )
    kilos = column_property(weight * 1000)
    label = column_property((kind + " of " + "the farm").label("label"))


class Count(Base):
    """A table without a key of its own."""

    __tablename__ = "counts"
    year = Column(Integer)
    what = Column(String)
    number = Column(Integer)
    __mapper_args__ = {"primary_key": [year, what]}


# %% Data
engine = create_engine("sqlite://")
with engine.begin() as connection:
    connection.exec_driver_sql("CREATE TABLE counts (year INTEGER, what VARCHAR, number INTEGER)")
Base.metadata.create_all(engine)
with Session(engine) as session:
    farm = Farm(name="Hill")
    ewe = Animal(kind="sheep", weight=60, farm=farm)
    session.add(ewe)
    session.flush()
    for weight in (8, 14, 25):
        session.add(Animal(kind="sheep", weight=weight, mother=ewe, farm=farm))
    session.add_all([Count(year=2020, what="sheep", number=3), Count(year=2020, what="goats", number=1)])
    session.commit()

# %% Reading
with Session(engine) as session:
    for animal in session.scalars(select(Animal).order_by(Animal.id)).unique():
        mother = animal.mother
        print(animal.kind, animal.kilos, animal.label, mother and mother.id, [lamb.weight for lamb in animal.lambs], animal.farm.name)
    found = session.get(Count, (2020, "goats"))
    print(found.number, [column.name for column in Count.__mapper__.primary_key])
    found.number = 2
    session.flush()
    session.delete(session.get(Count, {"what": "sheep", "year": 2020}))
    session.commit()
    print(session.scalars(select(Count.number)).all())
