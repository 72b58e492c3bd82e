# wildcards alone and at the end of a chain
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, insert, select, String
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    DeclarativeBase,
    Load,
    Mapped,
    mapped_column,
    raiseload,
    relationship,
    selectinload,
    Session,
)


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


with Session(engine) as session:
    for author in session.scalars(select(Author).options(selectinload("*")).order_by(Author.id)):
        print(author.name, len(author.books))
with Session(engine) as session:
    query = select(Author).options(selectinload(Author.books).joinedload("*")).order_by(Author.id)
    for author in session.scalars(query):
        print(author.name, [len(book.reviews) for book in author.books])
with Session(engine) as session:
    query = select(Author).options(selectinload(Author.books), raiseload("*")).order_by(Author.id)
    for author in session.scalars(query):
        for book in author.books:
            try:
                print(len(book.reviews))
            except InvalidRequestError as error:
                print(error)
with Session(engine) as session:
    query = select(Author).options(Load(Author).raiseload("*")).order_by(Author.id)
    author = session.scalars(query).first()
    try:
        author.books
    except InvalidRequestError as error:
        print(error)
