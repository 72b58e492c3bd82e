"""Exceptions that leave `with` blocks: which handler takes them, and what is current afterwards."""

import sys

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


class Block:
    def __init__(self, name, suppresses=False, fails=False):
        self.name = name
        self.suppresses = suppresses
        self.fails = fails

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        print(self.name, "left with", kind and kind.__name__)
        if self.fails:
            raise RuntimeError(f"{self.name} failed")
        return self.suppresses


def current():
    kind = sys.exc_info()[0]
    return kind and kind.__name__


# A savepoint whose block always raises, inside a session's block.
with Session(engine) as session:
    session.add(Author(name="Ada"))
    session.flush()
    try:
        with session.begin_nested():
            session.add(Author(name="Bo"))
            raise ValueError("undo")
    except ValueError as error:
        print("undone:", error, current())
    print(current())
    try:
        with session.begin_nested():
            session.add(Author(name="Ada"))
    except Exception as error:
        print(type(error).__name__, current())
    print(session.scalars(select(Author.name).order_by(Author.name)).all())
    session.commit()
print("after", current())

# Nothing of the first exception is left for the second.
try:
    with Block("first"):
        raise ValueError("one")
except ValueError:
    print("caught", current())
print("between", current())
try:
    raise KeyError("two")
except KeyError as error:
    print(repr(error.__context__))

# Suppressed, and then a handler further out.
try:
    with Block("outer"):
        with Block("inner", suppresses=True):
            raise ValueError("suppressed")
        print("behind the inner one", current())
        raise KeyError("further out")
except KeyError as error:
    print(repr(error), repr(error.__context__))

# The end of a block fails.
try:
    with Block("failing", fails=True):
        raise ValueError("first")
except RuntimeError as error:
    print(error, "in", repr(error.__context__), current())
print(current())


def inside(values):
    for value in values:
        try:
            with Block(f"turn {value}"):
                if value == 2:
                    continue
                if value == 3:
                    return "returned", current()
                raise ValueError(value)
        except ValueError as error:
            print("turn failed:", error)
        finally:
            print("turn over", current())


print(inside([1, 2, 3, 4]))


def several():
    with Block("a"), Block("b", suppresses=True), Block("c"):
        raise LookupError("of several")
    print("went on", current())
    try:
        with Block("d"):
            with Block("e"):
                raise LookupError("again")
    finally:
        print("finally", current())


try:
    several()
except LookupError as error:
    print("caught", error, current())


def values():
    with Block("generator"):
        yield 1
        raise ValueError("in the generator")


try:
    for value in values():
        print(value, current())
except ValueError as error:
    print(error, current())
print(current())
try:
    with Block("last"):
        try:
            raise ValueError("inner")
        except ValueError:
            with Block("in a handler"):
                raise KeyError("outer")
except KeyError as error:
    print(repr(error), repr(error.__context__))
print(current())
with Session(engine) as session:
    print(session.scalar(select(func.count()).select_from(Author)))
