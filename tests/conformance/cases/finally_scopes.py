# A finally with scopes of its own that a return, a break and a continue pass through
# strategies: none
import functools

from sqlalchemy import Integer, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
seen = []


@event.listens_for(engine, "before_cursor_execute")
def note(connection, cursor, statement, parameters, context, executemany):
    seen.append(statement.split()[0])


def counted(function):
    @functools.wraps(function)
    def wrapper(*args):
        before = len(seen)
        try:
            return [book.id for book in function(*args)]
        finally:
            kinds = {kind: sum(1 for other in seen[before:] if other == kind) for kind in sorted(set(seen[before:]))}
            print(function.__name__, kinds, list(map(lambda kind: kind.lower(), seen[before:])))

    return wrapper


@counted
def books(session, limit):
    return session.scalars(select(Book).order_by(Book.id).limit(limit)).all()


class Shelf:
    def __init__(self, names):
        self.names = names

    def first(self):
        for name in self.names:
            try:
                if name.startswith("_"):
                    continue
                try:
                    return name
                finally:
                    print("inner", [other for other in self.names if other != name])
            finally:
                print("outer", sorted(f"{each!r}" for each in self.names))


with Session(engine) as session:
    session.add_all([Book(id=number) for number in range(1, 4)])
    session.commit()
    print(books(session, 2))
    print(Shelf(["_x", "y", "z"]).first())
    for number in range(3):
        try:
            found = [one for one in session.scalars(select(Book.id)) if one > number]
            if number == 1:
                break
        finally:
            print(number, [one for one in found if one % 2])
