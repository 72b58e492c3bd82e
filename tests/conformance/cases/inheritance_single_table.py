# Classes that share a table
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
    employees: Mapped[list["Employee"]] = relationship(back_populates="company")
    managers: Mapped[list["Manager"]] = relationship(viewonly=True)

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

class Manager(Employee):
    manager_data: Mapped[Optional[str]] = mapped_column()
    __mapper_args__ = {"polymorphic_identity": "manager"}

class Engineer(Employee):
    engineer_info: Mapped[Optional[str]]
    boss_id: Mapped[Optional[int]] = mapped_column(ForeignKey("employee.id"))
    boss: Mapped[Optional["Manager"]] = relationship(remote_side="Employee.id")
    __mapper_args__ = {"polymorphic_identity": "engineer"}

class Chief(Manager):
    __mapper_args__ = {"polymorphic_identity": "chief"}

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    c = Company(name="acme")
    m = Manager(name="mia", manager_data="data", company=c)
    s.add_all([c, m, Engineer(name="eva", engineer_info="info", company=c, boss=m), Employee(name="emil", company=c),
        Engineer(name="ed", company=c), Chief(name="carl", company=c), Manager(name="max", company=c)])
    s.commit()
    print(m.type, m.id)
with Session(engine) as s:
    for e in s.scalars(select(Employee).order_by(Employee.id)):
        print(e, e.type, isinstance(e, Manager))
    for e in s.scalars(select(Engineer).order_by(Engineer.id)):
        print(e, e.engineer_info, e.boss)
with Session(engine) as s:
    everyone = s.scalars(select(Employee).order_by(Employee.id)).all()
    print([getattr(e, "manager_data", "-") for e in everyone])
with Session(engine) as s:
    for m in s.scalars(select(Manager).order_by(Manager.name)):
        print(m, m.manager_data, m.company.name)
    print(s.get(Manager, 1), s.get(Engineer, 1), s.get(Manager, 2), s.get(Employee, 2))
with Session(engine) as s:
    print(s.get(Manager, 2), s.get(Employee, 2))
for option in (selectinload, joinedload, subqueryload):
    with Session(engine) as s:
        for c in s.scalars(select(Company).options(option(Company.employees), option(Company.managers))).unique():
            print(c.name, c.employees, c.managers)
with Session(engine) as s:
    c = s.scalars(select(Company)).one()
    print(c.managers, c.employees)
    print(s.scalars(select(Company).where(Company.managers.any(Manager.name == "mia"))).all())
    print(s.scalars(select(Engineer).where(Engineer.boss.has(Manager.name == "mia"))).all())
    print(s.execute(select(Company.name, Manager.name).join(Company.managers).order_by(Manager.id)).all())
    print(s.execute(select(Company.name, Manager.name).join(Manager, Manager.company_id == Company.id).order_by(Manager.id)).all())
    m2 = aliased(Manager)
    print(s.execute(select(Engineer.name, m2.name).join(Engineer.boss.of_type(m2))).all())
    print(s.execute(select(m2.name, m2.manager_data).order_by(m2.id)).all())
    print(s.scalar(select(func.count(Manager.id))))
    print(s.scalar(select(func.count()).select_from(Manager)))
    print(s.query(Manager).filter_by(name="mia").all(), s.query(Engineer).count(), s.query(Manager.name).order_by(Manager.id).all())
    s.execute(update(Manager).where(Manager.name == "max").values(manager_data="new"))
    print([m.manager_data for m in s.query(Manager).order_by(Manager.id)])
    s.execute(delete(Engineer).where(Engineer.name == "ed"))
    m = s.scalars(select(Manager).where(Manager.name == "mia")).one()
    m.manager_data = "changed"
    m.name = "Mia"
    s.commit()
    print(m.manager_data)
    s.delete(s.scalars(select(Chief)).one())
    s.commit()
    print(s.scalars(select(Employee).order_by(Employee.id)).all())
    s.refresh(m)
    s.expire(m)
    print(m.name)
