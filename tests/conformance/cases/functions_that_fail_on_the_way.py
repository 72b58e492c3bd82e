# A default or a type that raises: the statement was not sent, and the error has what was raised
# strategies: none
from sqlalchemy import create_engine, insert, Integer, select, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session
from sqlalchemy.types import TypeDecorator


class Depth(TypeDecorator):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is not None and value < 0:
            raise ValueError("above the water")
        return value


def label_of(context):
    return context.get_current_parameters()["name"] + "-wreck"


def grown(context):
    return context.get_current_parameters()["depth"] + "!"


class Base(DeclarativeBase):
    pass


class Wreck(Base):
    __tablename__ = "wreck"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    label: Mapped[str] = mapped_column(default=label_of)


class Dive(Base):
    __tablename__ = "dive"
    id: Mapped[int] = mapped_column(primary_key=True)
    depth: Mapped[int] = mapped_column(Depth)
    note: Mapped[str | None] = mapped_column(onupdate=grown)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def tried(what, action):
    try:
        print(what, action())
    except StatementError as error:
        print(what, error)
        print("  ", repr(error.orig), repr(error.__cause__), error.statement)
    except Exception as error:
        print(what, type(error).__name__, error)


with Session(engine) as session:
    session.add(Wreck())
    tried("one", session.flush)
    tried("again", session.flush)
    session.rollback()
    session.add_all([Wreck(name="Vasa"), Wreck(name=None)])
    tried("two", session.commit)
    session.rollback()
    tried("values", lambda: session.execute(insert(Wreck).values(name=None)))
    tried("rows", lambda: session.execute(insert(Wreck), [{"name": "Mars"}, {"name": None}]))
    tried("no name", lambda: session.execute(insert(Wreck).values(id=4)))
    session.rollback()
    with session.begin():
        tried("table", lambda: session.execute(Wreck.__table__.insert(), [{"name": "Mars"}, {"name": None}]))
    session.add(Dive(depth=-1))
    tried("above", session.flush)
    session.rollback()
    session.add(Dive(depth=12))
    session.commit()
    dive = session.get(Dive, 1)
    dive.depth = -3
    tried("changed", session.commit)
    session.rollback()
    dive.depth = 4
    tried("on update", session.commit)
    session.rollback()
    tried("set", lambda: session.execute(update(Dive).where(Dive.id == 1).values(depth=3, note="-")).rowcount)
    tried("grown", lambda: session.execute(update(Dive).where(Dive.id == 1).values(depth=3)).rowcount)
    tried("where", lambda: session.scalars(select(Dive).where(Dive.depth == -3)).all())
    tried("many", lambda: session.execute(insert(Dive), [{"depth": 4}, {"depth": -2}]))
    tried("given", lambda: session.execute(insert(Dive).values(depth=-2)))
