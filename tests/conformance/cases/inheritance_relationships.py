# Relationships between derived classes
# strategies: none
from typing import Optional
from sqlalchemy import ForeignKey, Table, Column, create_engine, select, func, exists
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload, joinedload, subqueryload, aliased, contains_eager, raiseload, immediateload, defer, load_only
class Base(DeclarativeBase):
    pass
link = Table("link", Base.metadata, Column("engineer_id", ForeignKey("engineer.id"), primary_key=True), Column("project_id", ForeignKey("project.id"), primary_key=True))
class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    name: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "type"}
class Manager(Person):
    __tablename__ = "manager"
    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    level: Mapped[int]
    engineers: Mapped[list["Engineer"]] = relationship(back_populates="manager", foreign_keys="Engineer.manager_id", cascade="all, delete-orphan")
    __mapper_args__ = {"polymorphic_identity": "manager"}
class Engineer(Person):
    __tablename__ = "engineer"
    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    skill: Mapped[str]
    notes: Mapped[Optional[str]] = mapped_column(deferred=True)
    manager_id: Mapped[Optional[int]] = mapped_column(ForeignKey("manager.id"))
    manager: Mapped[Optional["Manager"]] = relationship(back_populates="engineers", foreign_keys=[manager_id])
    projects: Mapped[list["Project"]] = relationship(secondary=link, back_populates="engineers")
    __mapper_args__ = {"polymorphic_identity": "engineer", "inherit_condition": id == Person.id}
class Project(Base):
    __tablename__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    engineers: Mapped[list["Engineer"]] = relationship(secondary=link, back_populates="projects")
    lead_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))
    lead: Mapped[Optional["Person"]] = relationship()
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    m = Manager(name="m", level=3, engineers=[Engineer(name="e1", skill="x"), Engineer(name="e2", skill="y", notes="n")])
    s.add_all([m, Project(title="p1", engineers=m.engineers[1:], lead=m), Project(title="p2", lead=m)])
    s.commit()
    second = s.scalars(select(Project).where(Project.title == "p2")).one()
    second.engineers.append(m.engineers[0])
    s.commit()
with Session(engine) as s:
    for p in s.scalars(select(Project).order_by(Project.id)):
        print(p.title, type(p.lead).__name__, p.lead.name, [e.name for e in p.engineers], getattr(p.lead, "skill", None))
for option in (selectinload, joinedload, subqueryload, immediateload):
    with Session(engine) as s:
        for p in s.scalars(select(Project).options(option(Project.lead), option(Project.engineers)).order_by(Project.id)).unique():
            print(p.title, p.lead.name, [(e.name, e.skill) for e in p.engineers])
    with Session(engine) as s:
        for m in s.scalars(select(Manager).options(option(Manager.engineers))).unique():
            print(m.name, [(e.name, e.skill) for e in m.engineers])
    with Session(engine) as s:
        for e in s.scalars(select(Engineer).options(option(Engineer.manager), option(Engineer.projects)).order_by(Engineer.id)).unique():
            print(e.name, e.manager.level, len(e.projects))
with Session(engine) as s:
    print([(e.name, e.notes) for e in s.scalars(select(Engineer).order_by(Engineer.id))])
    e = s.scalars(select(Person).where(Person.name == "e2")).one()
    print(e.notes)
with Session(engine) as s:
    print(s.scalars(select(Manager).join(Manager.engineers.of_type(aliased(Engineer, name="eng"))).limit(1)).all()[0].name)
    print(s.execute(select(Project.title, Engineer.name).join(Project.engineers).order_by(Project.id, Engineer.id)).all())
    print(s.execute(select(Project.title, Person.name).join(Project.lead).order_by(Project.id)).all())
    print(s.scalars(select(Project).where(Project.engineers.any(Engineer.skill == "y"))).all()[0].title)
    print(s.scalars(select(Engineer.name).where(Engineer.manager.has(level=3)).order_by(Engineer.id)).all())
    sub = select(Engineer).where(Engineer.skill == "x").subquery()
    ea = aliased(Engineer, sub)
    print(s.scalars(select(ea)).one().name)
    print(s.scalars(select(Project).join(Project.engineers).options(contains_eager(Project.engineers)).order_by(Project.id, Engineer.id)).unique().all()[0].engineers[0].name)
    print(s.scalars(select(Engineer).options(load_only(Engineer.skill)).order_by(Engineer.id)).all()[0].name)
    print(s.query(Engineer).filter(Engineer.name == "e1").first().skill)
    first = select(Engineer).order_by(Engineer.id).limit(1).options(joinedload(Engineer.projects))
    print([p.title for p in s.scalars(first).unique().one().projects])
with Session(engine) as s:
    m = s.scalars(select(Manager)).one()
    s.refresh(m)
    s.refresh(m, ["level"])
    m.engineers.pop()
    s.commit()
    m.level = 4
    m.engineers[0].name = "E"
    m.engineers.append(Engineer(name="e3", skill="z"))
    s.commit()
    print([(e.name, e.skill) for e in m.engineers])
    for p in s.scalars(select(Project)):
        p.lead = None
        p.engineers.clear()
    s.delete(m)
    s.commit()
    print(s.scalar(select(func.count(Person.id))))
