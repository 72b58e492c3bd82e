# subqueries, CTEs, scalar ones and correlated ones
# strategies: joined
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, func, insert, select, String
from sqlalchemy.orm import aliased, DeclarativeBase, Mapped, mapped_column, relationship, Session


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
    counts = select(Book.author_id, func.count(Book.id).label("books")).group_by(Book.author_id).subquery()
    query = select(Author.name, counts.c.books).join(counts, Author.id == counts.c.author_id).order_by(Author.id)
    print(session.execute(query).all())
    count = select(func.count(Book.id)).where(Book.author_id == Author.id).scalar_subquery()
    print(session.execute(select(Author.name, count.label("books")).order_by(Author.id)).all())
    print(session.scalars(select(Author.name).where(count > 1)).all())
    long_books = select(Book).where(Book.pages > 150).subquery()
    other = aliased(Book, long_books)
    print([book.title for book in session.scalars(select(other).order_by(other.id)).unique()])
    recent = select(Book.id, Book.title).where(Book.pages > 100).cte("recent")
    print(session.execute(select(recent.c.title).order_by(recent.c.id)).all())
    named = select(Author.id).where(Author.name == "Iain").subquery("named")
    print(session.execute(select(Book.title).join(named, named.c.id == Book.author_id)).all())
