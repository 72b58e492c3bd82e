# What session.get takes for a primary key, and what it says of what it does not
# strategies: none
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session, synonym


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seat"
    hall: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column("row_number", primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    room = synonym("hall")


class Hall(Base):
    __tablename__ = "hall"
    number: Mapped[int] = mapped_column("hall_number", primary_key=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def tried(what, entity, ident):
    try:
        found = session.get(entity, ident)
        print(what, found and [found.hall, found.line, found.place])
    except Exception as error:
        print(what, type(error).__name__, error)


with Session(engine) as session:
    session.add_all([Seat(hall="A", line=1, place=2), Hall(number=5)])
    session.commit()
    session.expunge_all()
    tried("tuple", Seat, ("A", 1, 2))
    session.expunge_all()
    tried("names", Seat, {"place": 2, "hall": "A", "line": 1})
    session.expunge_all()
    tried("synonym", Seat, {"place": 2, "room": "A", "line": 1})
    tried("name of the column", Seat, {"place": 2, "hall": "A", "row_number": 1})
    tried("one", Seat, 1)
    tried("two", Seat, ("A", 1))
    tried("two names", Seat, {"hall": "A", "line": 1})
    tried("a wrong name", Seat, {"hall": "A", "line": 1, "seat": 2})
    tried("four names", Seat, {"hall": "A", "line": 1, "place": 2, "seat": 2})
    tried("too many", Hall, (1, 2))
    tried("nothing", Hall, {})
    tried("none", Hall, None)
    tried("a part is none", Seat, ("A", None, 2))
    tried("none of three", Seat, (None, None, None))
    tried("not there", Hall, {"number": 6})
    tried("by the column", Hall, {"hall_number": 5})
