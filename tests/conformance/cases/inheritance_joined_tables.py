# Classes with tables of their own
# strategies: none
from sqlalchemy import ForeignKey, create_engine, select, func, update, delete
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload, joinedload, subqueryload, aliased
from typing import Optional

class Base(DeclarativeBase):
    pass

class Company(Base):
    __tablename__ = "company"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    employees: Mapped[list["Employee"]] = relationship(back_populates="company", cascade="all, delete-orphan")

class Employee(Base):
    __tablename__ = "employee"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    company: Mapped["Company"] = relationship(back_populates="employees")
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "employee"}
    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

class Engineer(Employee):
    __tablename__ = "engineer"
    id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    engineer_name: Mapped[Optional[str]]
    machines: Mapped[list["Machine"]] = relationship(back_populates="engineer", order_by="Machine.id")
    __mapper_args__ = {"polymorphic_identity": "engineer"}

class Machine(Base):
    __tablename__ = "machine"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    engineer_id: Mapped[int] = mapped_column(ForeignKey("engineer.id"))
    engineer: Mapped["Engineer"] = relationship(back_populates="machines")

class Manager(Employee):
    __tablename__ = "manager"
    id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    manager_name: Mapped[Optional[str]]
    __mapper_args__ = {"polymorphic_identity": "manager"}

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    c = Company(name="acme")
    s.add_all([c, Manager(name="mia", manager_name="Mia M.", company=c), Engineer(name="eva", engineer_name="Eva E.", company=c, machines=[Machine(name="drill"), Machine(name="saw")]),
        Employee(name="emil", company=c), Engineer(name="ed", company=c), Manager(name="max", company=c)])
    s.commit()
with Session(engine) as s:
    for e in s.scalars(select(Employee).order_by(Employee.id)):
        print(e, e.type)
        if isinstance(e, Engineer):
            print(e.engineer_name, [m.name for m in e.machines])
        if isinstance(e, Manager):
            print(e.manager_name)
with Session(engine) as s:
    for e in s.scalars(select(Engineer).order_by(Engineer.name)):
        print(e, e.engineer_name, e.company.name)
    print(s.get(Engineer, 2), s.get(Manager, 2), s.get(Employee, 1), s.get(Manager, 1))
with Session(engine) as s:
    print(s.get(Engineer, 1), s.get(Engineer, 2))
    m = s.get(Machine, 1)
    print(m.engineer)
with Session(engine) as s:
    m = s.get(Machine, 1)
    print(m.engineer, m.engineer.name)
for option in (selectinload, joinedload, subqueryload):
    with Session(engine) as s:
        for c in s.scalars(select(Company).options(option(Company.employees))).unique():
            print(c.name, c.employees)
    with Session(engine) as s:
        for e in s.scalars(select(Engineer).options(option(Engineer.machines)).order_by(Engineer.id)).unique():
            print(e, len(e.machines))
    with Session(engine) as s:
        for e in s.scalars(select(Machine).options(option(Machine.engineer)).order_by(Machine.id)).unique():
            print(e.name, e.engineer)
with Session(engine) as s:
    print(s.execute(select(Engineer.name, Machine.name).join(Engineer.machines).order_by(Machine.id)).all())
    print(s.execute(select(Engineer.name, Machine.name).join(Machine.engineer).order_by(Machine.id)).all())
    print(s.execute(select(Company.name, Engineer.name).join(Engineer, Engineer.company_id == Company.id).order_by(Engineer.id)).all())
    e2 = aliased(Engineer)
    print(s.execute(select(e2.name, e2.engineer_name).order_by(e2.id)).all())
    e3 = aliased(Engineer, flat=True)
    print(s.execute(select(e3.name, e3.engineer_name).order_by(e3.id)).all())
    print(s.scalars(select(Engineer).where(Engineer.machines.any(Machine.name == "saw"))).all())
    print(s.scalars(select(Machine.name).where(Machine.engineer.has(Engineer.name == "eva"))).all())
    print(s.scalar(select(func.count(Engineer.id))))
    print(s.query(Engineer).filter_by(name="ed").count())
    e = s.scalars(select(Engineer).where(Engineer.name == "eva")).one()
    e.name = "Eva"
    s.commit()
    e.engineer_name = "E"
    s.commit()
    e.name, e.engineer_name = "eva2", "E2"
    s.commit()
    print(e.name)
    s.execute(update(Engineer).where(Engineer.engineer_name == "E2").values(engineer_name="E3"))
    print(e.engineer_name)
    s.delete(s.scalars(select(Manager).where(Manager.name == "max")).one())
    s.commit()
    c = s.scalars(select(Company)).one()
    for machine in e.machines:
        s.delete(machine)
    s.flush()
    s.delete(c)
    s.commit()
    print(s.scalar(select(func.count()).select_from(Employee)))
