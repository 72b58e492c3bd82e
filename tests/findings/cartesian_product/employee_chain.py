# %% Setup setup
from typing import Optional
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, joinedload
class Base(DeclarativeBase):
    pass
class Employee(Base):
    __tablename__ = "employee"
    id: Mapped[int] = mapped_column(primary_key=True)
    boss_id: Mapped[Optional[int]] = mapped_column(ForeignKey("employee.id"), index=True)
    reports: Mapped[list["Employee"]] = relationship()
    projects: Mapped[list["Project"]] = relationship()
class Project(Base):
    __tablename__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Employee), [{"id": n, "boss_id": 1 if n > 1 else None} for n in range(1, 5)])
    session.execute(insert(Project), [{"id": n, "employee_id": n % 4 + 1} for n in range(1, 9)])
    session.commit()
# %% A chain, no siblings
with Session(engine) as session:
    query = select(Employee).where(Employee.boss_id.is_(None)).options(joinedload(Employee.reports).joinedload(Employee.projects))
    for boss in session.scalars(query).unique():
        print([[p.id for p in e.projects] for e in boss.reports])
# %% Siblings
with Session(engine) as session:
    query = select(Employee).options(joinedload(Employee.reports), joinedload(Employee.projects))
    for boss in session.scalars(query).unique():  #! cartesian_product confirmed Employee.reports 1
        print(len(boss.projects), len(boss.reports))
