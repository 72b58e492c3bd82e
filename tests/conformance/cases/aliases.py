# the same table twice
# strategies: selectin, joined, subquery
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, insert, select, String
from sqlalchemy.orm import (
    aliased,
    DeclarativeBase,
    Mapped,
    mapped_column,
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
    first, second = aliased(Book), aliased(Book, name="other")
    query = select(first.title, second.title).join(second, first.author_id == second.author_id).where(first.id < second.id)
    print(session.execute(query).all())
    query = select(Author.name, first.title, second.title).join(Author.books.of_type(first)).join(Author.books.of_type(second))
    print(session.execute(query.where(first.id < second.id)).all())
    writer = aliased(Author)
    for book in session.scalars(select(Book).join(Book.author.of_type(writer)).where(writer.name == "Iain")).unique():
        print(book.title)
    for book in session.scalars(select(first).where(first.pages > 150).order_by(first.id)).unique():
        print(book.title, book.author.name)
    query = select(writer).options(selectinload(writer.books)).order_by(writer.id)
    for author in session.scalars(query).unique():
        print(author.name, len(author.books))
