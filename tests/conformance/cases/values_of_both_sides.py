# columns that the program and the database both have a default for, and Core writes beside pending objects
# strategies: none
from sqlalchemy import ForeignKey, Table, Column, create_engine, delete, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, column_property, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    rank: Mapped[int] = mapped_column(default=1, server_default="5")
    state: Mapped[str] = mapped_column(server_default="open")
    made: Mapped[str] = mapped_column(default=lambda: "now", server_default="then")
    above_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    above: Mapped["Task | None"] = relationship(remote_side=[id], lazy="joined", join_depth=1)


Task.shown = column_property(Task.title + "/" + Task.state)
Task.small = column_property(func.lower(Task.title))
marks = Table("marks", Base.metadata, Column("task_id", ForeignKey("tasks.id")))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.add(Task(title="A"))
    session.flush()
    session.add_all([Task(title="B"), Task(title="C", rank=3)])
    session.flush()
    session.add(Task(title="D", state="done"))
    session.execute(insert(marks).values(task_id=1))
    session.add(Task(title="E", above_id=1))
    session.execute(update(marks).values(task_id=2))
    session.add(Task(title="F", above_id=2))
    session.execute(delete(marks))
    print([(task.title, task.rank, task.state, task.made) for task in session.scalars(select(Task).order_by(Task.id))])
    session.commit()

with Session(engine) as session:
    for task in session.scalars(select(Task).where(Task.above_id != None)):
        print(task.shown, task.above.shown, task.above.small)
    other = aliased(Task)
    query = select(Task.shown, other.shown, other.small).join(Task.above.of_type(other)).order_by(other.shown)
    print(session.execute(query).all())
