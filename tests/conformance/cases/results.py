# the ways to take a result
# strategies: joined
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, func, insert, select, String
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
    print(session.execute(select(Author.id, Author.name).order_by(Author.id)).all())
    row = session.execute(select(Author.id, Author.name.label("called")).order_by(Author.id)).first()
    print(row.id, row.called, row[1], row._mapping["called"], tuple(row), row._fields, row._asdict())
    print(session.execute(select(Author.name).order_by(Author.id)).scalars().all())
    print(session.scalar(select(func.count()).select_from(Book)))
    print(session.execute(select(func.count(Book.id))).scalar_one())
    print(session.execute(select(Book.id).where(Book.id > 99)).scalar_one_or_none())
    print(session.scalars(select(Book.title).where(Book.id == 2)).one())
    print(session.scalars(select(Book.title).where(Book.id == 99)).one_or_none())
    print(session.scalars(select(Book.title).where(Book.id == 99)).first())
    print(session.execute(select(Book.id, Book.title).order_by(Book.id)).mappings().all())
    for name, title in session.execute(select(Author.name, Book.title).join(Author.books).order_by(Book.id)):
        print(name, title)
    for author, book in session.execute(select(Author, Book).join(Author.books).order_by(Book.id)).unique():
        print(author.name, book.title)
    for part in session.scalars(select(Book.id).order_by(Book.id)).partitions(3):
        print(part)
    print(session.scalars(select(Book.id).order_by(Book.id)).fetchmany(2))
    result = session.execute(select(Book.id, Book.title).order_by(Book.id))
    print(result.keys(), result.columns(1).all())
    print(session.execute(select(Book.author_id).order_by(Book.id)).unique().all())
