# begin, savepoints and rollback
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, func, insert, select, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session, sessionmaker


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    country: Mapped[Optional[str]]
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int] = mapped_column(default=100)
    author_id: Mapped[Optional[int]] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Optional["Author"]] = relationship(back_populates="books")
    reviews: Mapped[list["Review"]] = relationship(back_populates="book", order_by="Review.id")


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    book: Mapped["Book"] = relationship(back_populates="reviews")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Author), [
        {"id": 1, "name": "Ursula", "country": "US"},
        {"id": 2, "name": "Iain", "country": "UK"},
        {"id": 3, "name": "Nobody", "country": None},
    ])
    session.execute(insert(Book), [
        {"id": 1, "title": "Rocannon", "pages": 122, "author_id": 1},
        {"id": 2, "title": "Lathe", "pages": 184, "author_id": 1},
        {"id": 3, "title": "Wasp", "pages": 244, "author_id": 2},
        {"id": 4, "title": "Beowulf", "pages": 90, "author_id": None},
    ])
    session.execute(insert(Review), [
        {"id": 1, "stars": 5, "book_id": 1},
        {"id": 2, "stars": 3, "book_id": 1},
        {"id": 3, "stars": 4, "book_id": 3},
    ])
    session.commit()


with Session(engine) as session, session.begin():
    session.add(Author(name="Kept"))
with Session(engine) as session:
    with session.begin():
        session.add(Author(name="Also kept"))
    with session.begin_nested():
        session.add(Author(name="In a savepoint"))
    inner = session.begin_nested()
    session.add(Author(name="Rolled back"))
    session.flush()
    inner.rollback()
    session.commit()
    print(session.scalars(select(Author.name).order_by(Author.id)).all())
    try:
        with session.begin_nested():
            session.add(Author(id=1, name="Twice"))
            session.flush()
    except IntegrityError as error:
        print(error)
    session.add(Author(name="After"))
    session.commit()
    print(session.scalar(select(func.count(Author.id))))
make = sessionmaker(engine)
with make.begin() as session:
    session.add(Author(name="From the factory"))
with make() as session:
    print(session.scalar(select(func.count(Author.id))), session.in_transaction())
with engine.begin() as connection:
    connection.execute(insert(Author).values(name="By the connection"))
with engine.connect() as connection:
    print(connection.execute(select(func.count(Author.id))).scalar())
