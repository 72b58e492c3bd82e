# Options that an object was loaded with, and options for what a query does not have
# strategies: none
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import *


class Base(DeclarativeBase): ...


class Teacher(Base):
    __tablename__ = "teacher"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    courses: Mapped[list["Course"]] = relationship(back_populates="teacher")


class Course(Base):
    __tablename__ = "course"
    id: Mapped[int] = mapped_column(primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"))
    teacher: Mapped[Teacher] = relationship(back_populates="courses")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(Teacher(name="a", courses=[Course()]))
    s.commit()
for option in raiseload("*"), raiseload(Teacher.courses), lazyload(Teacher.courses), noload(Teacher.courses):
    s = Session(engine)
    t = s.query(Teacher).options(option).one()
    for u in s.query(Teacher).populate_existing():
        print(u is t, len(u.courses))
    c = s.query(Course).options(raiseload(Course.teacher)).populate_existing().one()
    s.scalars(select(Course), execution_options={"populate_existing": True}).all()
    print(c.teacher.name)
for option in (
    Load(Course).raiseload("*"), Load(Course).defer("*"), Load(Course).joinedload("*"), Load(Course).load_only(Course.id),
    Load(Course).joinedload(Course.teacher), defaultload(Course.teacher), defaultload(Course.teacher).load_only(Teacher.id),
):
    s = Session(engine)
    try:
        print([[len(t.courses), t.courses[0].teacher.name] for t in s.scalars(select(Teacher).options(option))])
    except Exception as error:
        print(type(error).__name__, error)
