# %% [markdown]
# # Two lists at once
# A project has tasks and it has notes. Joined both, each task comes once beside each note: the rows multiply. Six
# tasks and five notes are thirty rows for one project, and the objects are the same eleven.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

N = 20  # @param {type:"slider", min:1, max:500, step:1}


class Base(DeclarativeBase):
    pass


class Project(Base):
    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    tasks: Mapped[list["Task"]] = relationship(order_by="Task.id")
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id")


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Project), [{"id": n, "name": f"Project {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Task),
        [{"name": f"Task {t}", "project_id": n} for n in range(1, N + 1) for t in range(1, 7)],
    )
    session.execute(
        insert(Note),
        [{"text": f"Note {t}", "project_id": n} for n in range(1, N + 1) for t in range(1, 6)],
    )
    session.commit()


def report(projects):
    tasks = sum(len(project.tasks) for project in projects)
    notes = sum(len(project.notes) for project in projects)
    print(f"{len(projects)} projects, {tasks} tasks, {notes} notes")


# %% Both joined budget=1
with Session(engine) as session:
    query = select(Project).options(joinedload(Project.tasks), joinedload(Project.notes)).order_by(Project.id)
    report(session.scalars(query).unique().all())

# %% Both selectin budget=3
with Session(engine) as session:
    query = select(Project).options(selectinload(Project.tasks), selectinload(Project.notes)).order_by(Project.id)
    report(session.scalars(query).all())

# %% Nothing said budget=3
with Session(engine) as session:
    report(session.scalars(select(Project).order_by(Project.id)).unique().all())

# %% [markdown]
# ## What to look for
# - Rows: 600 for the joined cell, 240 for the one with selectin. The fewest statements are not the least work.
# - The third cell follows the toggles. Set one list to *joined* and the other to *selectin*: joining a single list
#   repeats the project beside each task, but multiplies nothing.

# %% [markdown] check
# A project with 100 tasks and 100 notes, both joined. How many rows is that?
# - [ ] 100
# - [ ] 200: that is how many objects there are
# - [x] 10,000: each task beside each note
