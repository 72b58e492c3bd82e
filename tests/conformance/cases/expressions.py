# operators and functions
# strategies: none
from typing import Optional
from sqlalchemy import (
    and_,
    case,
    cast,
    create_engine,
    false,
    ForeignKey,
    func,
    insert,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    String,
    text,
    true,
)
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
    def show(*columns, where=()):
        print(session.execute(select(*columns).where(*where).order_by(Book.id)).all())

    show(Book.id, where=[Book.pages.between(100, 200)])
    show(Book.id, where=[or_(Book.pages < 100, Book.pages > 200), not_(Book.id == 4)])
    show(Book.id, where=[and_(Book.id > 1, or_(Book.id < 3, Book.title == "Wasp"))])
    show(Book.id, where=[Book.title.like("%a%"), Book.title.ilike("W%")])
    show(Book.id, where=[Book.title.startswith("L")])
    show(Book.id, where=[Book.title.endswith("p")])
    show(Book.id, where=[Book.title.contains("ow")])
    show(Book.id, where=[Book.title.icontains("ROC")])
    show(Book.id, where=[Book.author_id.is_(None)])
    show(Book.id, where=[Book.author_id.is_not(None), Book.author_id != 1])
    show(Book.id, where=[Book.author_id.is_distinct_from(None)])
    show(Book.id, where=[Book.author_id == None])
    show(Book.pages + 1, Book.pages - 1, Book.pages * 2, Book.pages / 2, Book.pages // 7, Book.pages % 7, -Book.pages)
    show(Book.title + "!", "<" + Book.title, where=[Book.id == 1])
    show(func.lower(Book.title), func.length(Book.title), func.coalesce(Book.author_id, 0), func.abs(-Book.pages))
    show(case((Book.pages > 200, "long"), (Book.pages > 100, "middle"), else_="short"))
    show(case({1: "first"}, value=Book.id, else_="later").label("place"))
    show(cast(Book.pages, String), literal("x"), literal(5), null(), true(), false())
    show(literal_column("1 + 1"), text("books.pages"), func.round(Book.pages / 3.0, 2))
    show(Book.title.concat("?"), Book.title.op("||")("."), Book.pages.label("p"))
    show(func.row_number().over(partition_by=Book.author_id, order_by=Book.id.desc()))
    show(Book.id, where=[text("pages > :most").bindparams(most=150)])
    print(session.execute(select(func.max(Book.pages), func.min(Book.pages), func.sum(Book.pages), func.avg(Book.pages))).all())
