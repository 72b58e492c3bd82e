# What the mapping of derived classes may say, and what it warns of
# strategies: none
import warnings
from typing import Optional
from sqlalchemy import ForeignKey, String, create_engine, select, Column, Integer, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, declared_attr, class_mapper, load_only, defer, with_loader_criteria
warnings.simplefilter("always")

def shown(function):
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            function()
        for w in caught:
            print("warning:", type(w.message).__name__, str(w.message).split(" at 0x")[0])
    except Exception as error:
        print(type(error).__name__, str(error).split("(Background")[0].strip())

class Base(DeclarativeBase):
    pass

class Stamped:
    @declared_attr.directive
    def __mapper_args__(cls):
        if cls.__name__ == "Animal":
            return {"polymorphic_on": "kind", "polymorphic_identity": "animal"}
        return {"polymorphic_identity": cls.__name__.lower()}
    note: Mapped[Optional[str]]

class Animal(Stamped, Base):
    __tablename__ = "animal"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]

class Dog(Animal):
    legs: Mapped[Optional[int]] = mapped_column(use_existing_column=True)

class Cat(Animal):
    legs: Mapped[Optional[int]] = mapped_column(use_existing_column=True)
    lives: Mapped[Optional[int]] = mapped_column(deferred=True)

print(list(Animal.__table__.c.keys()), class_mapper(Dog), Dog.__mapper__.attrs.keys(), Cat.__mapper__.attrs.keys())
def bad1():
    class Bird(Animal):
        legs: Mapped[Optional[int]]
shown(bad1)
def bad2():
    class Fish(Animal):
        fid: Mapped[int] = mapped_column(primary_key=True)
shown(bad2)
def bad3():
    class Frog(Animal):
        __table_args__ = {"sqlite_autoincrement": True}
shown(bad3)
def bad4():
    class Other(Base):
        __tablename__ = "other"
        id: Mapped[int] = mapped_column(primary_key=True)
        __mapper_args__ = {"polymorphic_on": "nothing"}
shown(bad4)
def bad5():
    class Toad(Animal):
        __mapper_args__ = {}
shown(bad5)
def bad6():
    class Hound(Dog):
        __mapper_args__ = {"polymorphic_identity": "dog"}
shown(bad6)
def bad7():
    class A2(Base):
        __tablename__ = "a2"
        id: Mapped[int] = mapped_column(primary_key=True)
        __mapper_args__ = {"polymorphic_abstract": True}
shown(bad7)
class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(10))
    __mapper_args__ = {"polymorphic_on": type, "polymorphic_abstract": True}
class Stone(Thing):
    weight: Mapped[Optional[int]]
    __mapper_args__ = {"polymorphic_identity": "stone"}
class Gem(Stone):
    __mapper_args__ = {"polymorphic_identity": "gem"}
shown(lambda: Thing())
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add_all([Stone(weight=1), Gem(weight=2), Dog(name="rex", legs=4, note="n"), Cat(name="tom", legs=4, lives=9), Animal(name="x")])
    s.commit()
    print(s.scalars(select(Thing).order_by(Thing.id)).all()[1].weight)
    print([type(x).__name__ for x in s.scalars(select(Stone).order_by(Stone.id))])
    print([type(x).__name__ for x in s.scalars(select(Animal).order_by(Animal.id))])
with Session(engine) as s:
    for a in s.scalars(select(Animal).options(load_only(Animal.name)).order_by(Animal.id)):
        print(type(a).__name__, a.name, getattr(a, "legs", None))
    cat = s.scalars(select(Cat)).one()
    print(cat.legs, cat.lives, cat.note)
    print(inspect(cat).identity_key, inspect(cat).identity)
with Session(engine) as s:
    s.connection().exec_driver_sql("insert into animal (kind, name) values ('unknown', 'u')")
    shown(lambda: s.scalars(select(Animal).order_by(Animal.id)).all())
    s.connection().exec_driver_sql("delete from animal where kind = 'unknown'")
    print(s.scalars(select(Dog).options(with_loader_criteria(Animal, Animal.name == "rex"))).all()[0].name)
    d = Dog(name="d")
    d.kind = "cat"
    s.add(d)
    shown(s.flush)
    s.rollback()
class Shape(Base):
    __tablename__ = "shape"
    id: Mapped[int] = mapped_column(primary_key=True)
    sides: Mapped[int]
    __mapper_args__ = {"polymorphic_on": "sides", "polymorphic_identity": 0}
class Triangle(Shape):
    __mapper_args__ = {"polymorphic_identity": 3}
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(Triangle())
    s.add(Shape())
    s.commit()
    print([(type(x).__name__, x.sides) for x in s.scalars(select(Shape).order_by(Shape.id))], s.scalar(select(Triangle.sides)))
