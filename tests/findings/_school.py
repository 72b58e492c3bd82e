# %% School setup
import asyncio
from collections import defaultdict, deque
from contextlib import contextmanager
from functools import lru_cache, reduce
from itertools import batched, chain, groupby
from typing import Optional

from sqlalchemy import (
    Column, ForeignKey, Integer, String, Table, and_, bindparam, create_engine, delete, desc, event, exists, func, insert,
    inspect, literal, or_, select, text, tuple_, union_all, update,
)
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, WriteOnlyMapped, aliased, column_property, contains_eager, declared_attr, defaultload, defer, deferred,
    immediateload, joinedload, lazyload, load_only, mapped_column, noload, object_session, raiseload, relationship,
    scoped_session, selectinload, sessionmaker, subqueryload, undefer, validates, with_loader_criteria,
)


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Department(Base):
    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("department.id"), index=True)
    children: Mapped[list["Department"]] = relationship(back_populates="parent", order_by="Department.id")
    parent: Mapped[Optional["Department"]] = relationship(back_populates="children", remote_side=[id])
    teachers: Mapped[list["Teacher"]] = relationship(back_populates="department")

    @property
    def path(self):
        return (self.parent.path + "/" if self.parent else "") + self.name

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


class Teacher(Base):
    __tablename__ = "teacher"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    cv: Mapped[str] = mapped_column(deferred=True, default="cv")
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    department: Mapped["Department"] = relationship(back_populates="teachers")
    courses: Mapped[list["Course"]] = relationship(back_populates="teacher", order_by="Course.id")
    office: Mapped[Optional["Office"]] = relationship(back_populates="teacher")

    @property
    def course_titles(self):
        return [course.title for course in self.courses]

    def as_dict(self):
        return {"name": self.name, "department": self.department.name}


class Office(Base):
    __tablename__ = "office"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), unique=True)
    teacher: Mapped["Teacher"] = relationship(back_populates="office")


course_topic = Table(
    "course_topic", Base.metadata,
    Column("course_id", ForeignKey("course.id"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True),
)


class Course(Base):
    __tablename__ = "course"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    seats: Mapped[int] = mapped_column(default=10)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), index=True)
    teacher: Mapped["Teacher"] = relationship(back_populates="courses")
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="course", cascade="all, delete-orphan")
    topics: Mapped[list["Topic"]] = relationship(secondary=course_topic, back_populates="courses", order_by="Topic.id")
    lessons: Mapped[list["Lesson"]] = relationship(back_populates="course")
    students = association_proxy("enrolments", "student")


class Lesson(Base):
    __tablename__ = "lesson"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[int]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    course: Mapped["Course"] = relationship(back_populates="lessons")


class Topic(Base):
    __tablename__ = "topic"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    courses: Mapped[list["Course"]] = relationship(secondary=course_topic, back_populates="topics")


class Student(Base):
    __tablename__ = "student"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    points: Mapped[int] = mapped_column(default=0)
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="student")
    courses = association_proxy("enrolments", "course")


class Enrolment(Base):
    __tablename__ = "enrolment"
    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    grade: Mapped[Optional[int]]
    student: Mapped["Student"] = relationship(back_populates="enrolments")
    course: Mapped["Course"] = relationship(back_populates="enrolments")


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    ref: Mapped[int]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
Local = sessionmaker(engine)
# 7 departments in a tree (1: 2, 3; 2: 4, 5; 3: 6, 7); 6 teachers in departments 4..7 (4: 1, 5; 5: 2, 6; 6: 3; 7: 4), offices for 1..4;
# 12 courses (2 each); 10 students in 3 courses each (30 enrolments); 5 topics, 2 a course; 3 lessons a course.
with Session(engine) as s:
    s.execute(insert(Department), [{"id": n, "name": f"D{n}", "parent_id": n // 2 if n > 1 else None} for n in range(1, 8)])
    s.execute(insert(Teacher), [{"id": n, "name": f"T{n}", "department_id": (n - 1) % 4 + 4} for n in range(1, 7)])
    s.execute(insert(Office), [{"id": n, "number": f"O{n}", "teacher_id": n} for n in range(1, 5)])
    s.execute(insert(Course), [{"id": n, "title": f"C{n}", "teacher_id": (n + 1) // 2} for n in range(1, 13)])
    s.execute(insert(Student), [{"id": n, "name": f"S{n}"} for n in range(1, 11)])
    s.execute(insert(Enrolment), [{"student_id": n, "course_id": (n + k * 4) % 12 + 1, "grade": k} for n in range(1, 11) for k in range(3)])
    s.execute(insert(Topic), [{"id": n, "name": f"top{n}"} for n in range(1, 6)])
    s.execute(insert(course_topic), [{"course_id": n, "topic_id": t} for n in range(1, 13) for t in (n % 5 + 1, (n + 2) % 5 + 1)])
    s.execute(insert(Lesson), [{"id": n, "day": n % 7, "course_id": (n + 2) // 3} for n in range(1, 37)])
    s.commit()

