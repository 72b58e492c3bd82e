# What is said after a flush failed within a with block, and what a rollback there brings back
# strategies: none
from sqlalchemy import ForeignKey, create_engine, delete, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker


class Stamped:
    pass


class Base(DeclarativeBase):
    pass


class Shelf(Stamped, Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(default="a")
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")

    def __repr__(self):
        return f"Shelf({self.id})"


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="books")

    def __repr__(self):
        return f"Book({self.id})"


@event.listens_for(Stamped, "before_insert", propagate=True)
def stamp(mapper, connection, target):
    print("stamped", mapper.class_.__name__)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    # Nothing has used a relationship yet.
    print(session.query(Shelf.id).join(Shelf.books).all())

with Session(engine) as session:
    session.add(Shelf(id=1, books=[Book(id=1), Book(id=2)]))
    session.commit()

with Session(engine) as session, session.begin():
    session.add(Book(id=7))
    attempt(session.flush)
    attempt(lambda: session.get(Shelf, 2))
    attempt(session.begin_nested)
    attempt(session.commit)

try:
    with sessionmaker(engine).begin() as session:
        session.add(Book(id=7))
        attempt(session.flush)
        attempt(session.rollback)
        attempt(lambda: session.get(Shelf, 2))
        attempt(session.begin)
except Exception as error:
    print(error)

with Session(engine) as session:
    with session.begin_nested():
        session.add(Book(id=7))
        attempt(session.flush)
        attempt(lambda: session.add(Book(id=8, shelf_id=1)))
        attempt(session.rollback)
        attempt(lambda: session.get(Shelf, 2))
        attempt(lambda: session.begin_nested())
    print(session.in_transaction(), session.get(Book, 8))

for first in "deleted", "bulk", "changed":
    with Session(engine) as session:
        shelf, book = session.get(Shelf, 1), session.get(Book, 1)
        if first == "deleted":
            session.delete(book)
        elif first == "bulk":
            session.execute(delete(Book).where(Book.id <= 2))
        else:
            shelf.label = "b"
        with session.begin_nested():
            attempt(session.rollback)
        print(first, shelf in session, book in session, session.in_transaction(), shelf.label)

with Session(engine) as session:
    shelf = session.get(Shelf, 1)
    shelf.label = "c"
    print(session.merge_all([Shelf(id=1, label="d"), Shelf(id=2, label="e"), Book(id=2, shelf_id=2)]))
    session.flush()
