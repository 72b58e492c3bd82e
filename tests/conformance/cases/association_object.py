# many to many by a class of its own
# strategies: selectin, joined, subquery
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload, Session


class Base(DeclarativeBase):
    pass


class Student(Base):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    marks: Mapped[list["Mark"]] = relationship(back_populates="student", order_by="Mark.course_id")


class Course(Base):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    marks: Mapped[list["Mark"]] = relationship(back_populates="course", order_by="Mark.student_id")


class Mark(Base):
    __tablename__ = "marks"
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    value: Mapped[int]
    student: Mapped["Student"] = relationship(back_populates="marks")
    course: Mapped["Course"] = relationship(back_populates="marks")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    courses = [Course(id=1, name="Logic"), Course(id=2, name="Sets")]
    session.add_all([Student(id=n, name=f"S{n}", marks=[Mark(course=course, value=n + course.id) for course in courses]) for n in (1, 2)])
    session.commit()
with Session(engine) as session:
    for student in session.scalars(select(Student).order_by(Student.id)).unique():
        print(student.name, [(mark.course.name, mark.value) for mark in student.marks])
with Session(engine) as session:
    query = select(Student).options(selectinload(Student.marks).joinedload(Mark.course)).order_by(Student.id)
    for student in session.scalars(query).unique():
        print(student.name, [(mark.course.name, mark.value) for mark in student.marks])
