"""Commits that fail, and listeners that raise: what stays in the database, and what is said."""

from sqlalchemy import create_engine, event, ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)


class Child(Base):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", deferrable=True, initially="DEFERRED"))


engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def check_foreign_keys(connection, record):
    connection.execute("PRAGMA foreign_keys=ON")


Base.metadata.create_all(engine)


def counts():
    with Session(engine) as session:
        return [session.scalar(select(func.count()).select_from(cls)) for cls in (Parent, Child)]


# A constraint that is checked at the end.
session = Session(engine)
session.add(Child(id=1, parent_id=99))
try:
    session.commit()
except Exception as error:
    print(type(error).__name__, str(error).splitlines()[0])
session.rollback()
print(counts())
session.add(Parent(id=1))
session.commit()
print(counts())
session.add(Child(id=2, parent_id=98))
try:
    session.commit()
except Exception as error:
    print(type(error).__name__)
session.close()
print(counts())

# In a block that is left.
try:
    with Session(engine) as session, session.begin():
        session.add(Child(id=3, parent_id=97))
except Exception as error:
    print(type(error).__name__)
print(counts())

# A listener of commits that raises.
refuses = True


@event.listens_for(engine, "commit")
def on_commit(connection):
    if refuses:
        raise ValueError("no commit today")


with Session(engine) as session:
    session.add(Parent(id=2))
    try:
        session.commit()
    except ValueError as error:
        print(error)
    session.rollback()
refuses = False
print(counts())


# A listener that raises behind a statement that was sent.
@event.listens_for(engine, "after_cursor_execute")
def after(connection, cursor, statement, parameters, context, executemany):
    if statement.startswith("INSERT") and parameters == (7,):
        raise ValueError("seven")


with Session(engine) as session:
    session.add(Parent(id=6))
    session.flush()
    session.add(Parent(id=7))
    try:
        session.flush()
    except ValueError as error:
        print(error)
    session.rollback()
    print(session.scalars(select(Parent.id)).all())
print(counts())

# Tables that are there already: what was begun for them ends.
other = create_engine("sqlite://")
Base.metadata.create_all(other)
for word in ("begin", "commit", "rollback"):
    event.listen(other, word, lambda connection, word=word: print(word))
try:
    Base.metadata.create_all(other, checkfirst=False)
except Exception as error:
    print(type(error).__name__)
with other.connect() as connection:
    print(connection.scalar(select(func.count()).select_from(Parent)))
