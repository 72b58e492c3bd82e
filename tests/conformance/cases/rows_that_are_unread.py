# Rows that nobody has read are no objects yet
# strategies: selectin, joined, subquery, immediate
from sqlalchemy import ForeignKey, create_engine, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf", order_by="Book.id")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Shelf(id=1, name="a", books=[Book(), Book()]), Shelf(id=2, name="b")])
    session.commit()


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, str(error).split("0x")[0], getattr(error, "code", None))


def results(session):
    yield session.scalars(select(Shelf).order_by(Shelf.id)).unique()
    yield session.scalars(select(Shelf).from_statement(text("select id, name from shelf order by id"))).unique()
    yield session.scalars(select(Shelf).from_statement(select(Shelf).order_by(Shelf.id))).unique()
    yield session.execute(select(Shelf.id, Shelf).order_by(Shelf.id)).unique().scalars(1)
    yield session.scalars(select(Shelf.name).order_by(Shelf.id))


# `get` finds nothing of a result that is not read.
for number in range(5):
    with Session(engine) as session:
        result = list(results(session))[number]
        print(len(session.identity_map))
        shelf = session.get(Shelf, 2)
        print(shelf.name, len(session.identity_map))
        print([getattr(one, "name", one) for one in result])

# A session that was closed before: objects that it knew are still found, others are not made any more.
for number in range(5):
    with Session(engine) as session:
        known = session.get(Shelf, 1)
        result = list(results(session))[number]
    attempt(lambda: [getattr(one, "name", one) for one in result])
    attempt(lambda: result.all())
with Session(engine) as session:
    known = session.get(Shelf, 1)
    result = session.scalars(select(Shelf).where(Shelf.id == 1)).unique()
    session.expunge_all()
attempt(lambda: result.one() is known)

# What is changed, expired and flushed between sending and reading.
with Session(engine) as session:
    result = session.scalars(select(Shelf).order_by(Shelf.id)).unique()
    shelf = session.get(Shelf, 1)
    shelf.name = "changed"
    session.commit()
    print([one.name for one in result])
with Session(engine) as session:
    result = session.scalars(select(Shelf).order_by(Shelf.id).execution_options(populate_existing=True)).unique()
    shelf = session.get(Shelf, 1)
    shelf.name = "changed again"
    session.flush()
    print([one.name for one in result])
    session.rollback()

# Several at a time, and one that is closed unread.
with Session(engine) as session:
    first = session.scalars(select(Shelf).order_by(Shelf.id)).unique()
    second = session.scalars(select(Book).order_by(Book.id)).unique()
    third = session.scalars(select(Book))
    third.close()
    for one, other in zip(second, first):
        print(one.id, other.id, [book.id for book in other.books], one.shelf.name)
    attempt(lambda: third.all())
