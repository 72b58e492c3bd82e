# %% [markdown]
# # Three levels deep
# Departments have courses, courses have lessons. A loop in a loop, each with its own lazy load: one statement for the
# departments, one for each department, one for each course. `1 + N + N·M`.
#
# A chain of options says it for both levels: `selectinload(…).selectinload(…)`.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

N = 10  # @param {type:"slider", min:1, max:200, step:1}
COURSES = 5  # @param {type:"slider", min:1, max:20, step:1}


class Base(DeclarativeBase):
    pass


class Department(Base):
    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    courses: Mapped[list["Course"]] = relationship(back_populates="department", order_by="Course.id")


class Course(Base):
    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    department: Mapped["Department"] = relationship(back_populates="courses")
    lessons: Mapped[list["Lesson"]] = relationship(back_populates="course", order_by="Lesson.id")


class Lesson(Base):
    __tablename__ = "lessons"

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    course: Mapped["Course"] = relationship(back_populates="lessons")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Department), [{"id": n, "name": f"Department {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Course),
        [
            {"id": (n - 1) * COURSES + c, "name": f"Course {c}", "department_id": n}
            for n in range(1, N + 1)
            for c in range(1, COURSES + 1)
        ],
    )
    session.execute(
        insert(Lesson),
        [{"minutes": 45, "course_id": c} for c in range(1, N * COURSES + 1) for _ in range(4)],
    )
    session.commit()

# %% As written budget=3
with Session(engine) as session:
    minutes = 0
    departments = session.scalars(select(Department).order_by(Department.id)).unique().all()
    for department in departments:
        for course in department.courses:
            minutes += sum(lesson.minutes for lesson in course.lessons)
    print(f"{len(departments)} departments, {minutes} minutes")

# %% With a chain of options budget=3
with Session(engine) as session:
    minutes = 0
    query = select(Department).options(selectinload(Department.courses).selectinload(Course.lessons))
    departments = session.scalars(query.order_by(Department.id)).all()
    for department in departments:
        for course in department.courses:
            minutes += sum(lesson.minutes for lesson in course.lessons)
    print(f"{len(departments)} departments, {minutes} minutes")

# %% [markdown]
# ## What to try
# - Mend one level only: set **Department.courses** to *selectin*. The inner loop is still there, and it was the larger.
# - Set **Course.lessons** to *selectin* and leave the outer one: now each department brings two statements.
# - Set both to *joined*: one statement, and each department comes once for each of its lessons.

# %% [markdown] check
# How many statements do 10 departments of 5 courses each take, as written?
# - [ ] 11: that is the outer loop alone
# - [ ] 51: that is the inner loop alone, with the first query
# - [x] 61: 1 for the departments, 10 for their courses, 50 for the lessons
# - [ ] 3: that is what the chain of options takes
