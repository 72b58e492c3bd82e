# IN with lists, empty ones, subqueries and tuples
# strategies: joined
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, insert, select, String, tuple_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


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
    print([book.id for book in session.scalars(select(Book).where(Book.id.in_([3, 1, 2])).order_by(Book.id)).unique()])
    print([book.id for book in session.scalars(select(Book).where(Book.id.in_([]))).unique()])
    print([book.id for book in session.scalars(select(Book).where(Book.id.not_in([1, 2])).order_by(Book.id)).unique()])
    print([book.id for book in session.scalars(select(Book).where(~Book.id.in_([]), Book.id < 3).order_by(Book.id)).unique()])
    older = select(Author.id).where(Author.country == "US")
    print([book.id for book in session.scalars(select(Book).where(Book.author_id.in_(older)).order_by(Book.id)).unique()])
    pairs = tuple_(Book.author_id, Book.pages).in_([(1, 122), (2, 244)])
    print(session.scalars(select(Book.id).where(pairs).order_by(Book.id)).all())
