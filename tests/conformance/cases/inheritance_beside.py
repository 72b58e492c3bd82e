# Derived classes with mixins, dataclasses, tables, listeners and bulk writes
# strategies: none
from typing import Optional
from sqlalchemy import ForeignKey, Table, Column, Integer, String, create_engine, select, func, event, insert, update, inspect, union_all
from sqlalchemy.orm import (DeclarativeBase, MappedAsDataclass, Mapped, Session, mapped_column, relationship, declared_attr, registry,
    validates, column_property, synonym, selectinload, joinedload, aliased, deferred, undefer, class_mapper)
from sqlalchemy.ext.hybrid import hybrid_property

class Base(DeclarativeBase):
    pass

class HasName:
    @declared_attr.directive
    def __tablename__(cls):
        return cls.__name__.lower()
    id: Mapped[int] = mapped_column(primary_key=True)

class Person(HasName, Base):
    kind: Mapped[str] = mapped_column(default="?")
    first: Mapped[str]
    last: Mapped[str]
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}
    @hybrid_property
    def full(self):
        return self.first + " " + self.last
    @validates("first")
    def check(self, key, value):
        print("validates", type(self).__name__, key, value)
        return value

class Worker(Person):
    __tablename__ = None
    salary: Mapped[Optional[int]] = mapped_column(deferred=True)
    team_id: Mapped[Optional[int]] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Optional["Team"]] = relationship(back_populates="workers")
    __mapper_args__ = {"polymorphic_identity": "worker"}

class Boss(Worker):
    __tablename__ = None
    __mapper_args__ = {"polymorphic_identity": "boss"}

class Team(HasName, Base):
    label: Mapped[str]
    workers: Mapped[list["Worker"]] = relationship(back_populates="team", order_by="Worker.id")
    members: Mapped[list["Person"]] = relationship(secondary="membership", backref="clubs")

class Membership(Base):
    __tablename__ = "membership"
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)

@event.listens_for(Person, "before_insert", propagate=True)
def told(mapper, connection, target):
    print("before_insert", mapper.class_.__name__, target.first)
@event.listens_for(Worker, "load")
def loaded(target, context):
    print("load", target.first)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    t = Team(label="t")
    w = Worker(first="a", last="b", salary=3, team=t)
    b = Boss(first="c", last="d", team=t)
    p = Person(first="e", last="f", clubs=[t])
    s.add_all([t, w, b, p])
    t.members.append(b)
    s.commit()
    print([x.full for x in t.workers], [type(x).__name__ for x in sorted(t.members, key=lambda x: x.id)])
    print(b.clubs[0] is t, type(b).clubs, Boss.first, Worker.team, Boss.team)
with Session(engine) as s:
    print(s.scalars(select(Boss.full)).all(), s.scalars(select(Worker).where(Worker.full == "a b")).one().salary)
    t = s.scalars(select(Team).options(selectinload(Team.workers))).one()
    print(len(t.workers), len(t.members))
    detached = Boss(id=2, first="C", last="D")
    s.expunge_all()
    m = s.merge(detached)
    print(type(m).__name__, m.full, m.team_id)
    s.commit()
    s.execute(insert(Worker), [{"first": "x", "last": "y"}, {"first": "z", "last": "y"}])
    print(s.execute(select(Person.kind, Person.first).order_by(Person.id)).all())
    s.execute(update(Worker), [{"id": 1, "last": "q"}])
    s.execute(update(Boss).values(last="BOSS"))
    print(s.execute(select(Person.kind, Person.last).order_by(Person.id)).all())
    u = union_all(select(Worker.id), select(Boss.id)).subquery()
    print(s.scalar(select(func.count()).select_from(u)))
    i = inspect(Boss)
    print(i.polymorphic_identity, i.inherits, i.base_mapper, i.single, i.polymorphic_on, sorted(i.polymorphic_map), i.isa(inspect(Person)))
    print([m.class_.__name__ for m in i.iterate_to_root()], sorted(m.class_.__name__ for m in inspect(Person).self_and_descendants))
    print(inspect(m).identity_key, inspect(Boss).primary_key, list(inspect(Boss).columns.keys()))
    q = s.query(Person).filter(Person.first.in_(["a", "e"])).order_by(Person.id)
    print([type(x).__name__ for x in q], q.count())
    print([type(x).__name__ for x in s.query(Worker).join(Worker.team).filter(Team.label == "t").order_by(Worker.id)])
    print(s.query(Team).join(Team.workers).filter(Worker.first == "a").count())

reg = registry()
base_table = Table("veh", reg.metadata, Column("id", Integer, primary_key=True), Column("type", String(10)), Column("name", String(10)))
truck_table = Table("truck", reg.metadata, Column("id", Integer, ForeignKey("veh.id"), primary_key=True), Column("load", Integer))
class Vehicle:
    pass
class Car(Vehicle):
    pass
class Truck(Vehicle):
    pass
reg.map_imperatively(Vehicle, base_table, polymorphic_on=base_table.c.type, polymorphic_identity="v")
reg.map_imperatively(Car, inherits=Vehicle, polymorphic_identity="car")
reg.map_imperatively(Truck, truck_table, inherits=Vehicle, polymorphic_identity="truck")
reg.metadata.create_all(engine)
with Session(engine) as s:
    c, t = Car(), Truck()
    c.name, t.name, t.load = "c", "t", 5
    s.add_all([c, t])
    s.commit()
    print([(type(v).__name__, v.name) for v in s.scalars(select(Vehicle).order_by(Vehicle.id))], s.scalars(select(Truck)).one().load)

class DBase(MappedAsDataclass, DeclarativeBase):
    pass
class Item(DBase):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    type: Mapped[str] = mapped_column(init=False)
    name: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "item"}
class Book(Item):
    pages: Mapped[Optional[int]] = mapped_column(default=None)
    __mapper_args__ = {"polymorphic_identity": "book"}
DBase.metadata.create_all(engine)
with Session(engine) as s:
    s.add_all([Item("i"), Book("b", pages=3), Book(name="c")])
    s.commit()
    print(s.scalars(select(Item).order_by(Item.id)).all())
