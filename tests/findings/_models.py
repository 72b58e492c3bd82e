# %% Models setup
from sqlalchemy import ForeignKey, create_engine, delete, func, insert, select, text, update
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    contains_eager,
    defer,
    immediateload,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
    subqueryload,
)


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author", foreign_keys="Book.author_id")
    prizes: Mapped[list["Prize"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    author: Mapped["Author"] = relationship(back_populates="books", foreign_keys=[author_id])
    editor: Mapped["Author"] = relationship(foreign_keys=[editor_id])
    reviews: Mapped[list["Review"]] = relationship(back_populates="book")


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), index=True)
    book: Mapped["Book"] = relationship(back_populates="reviews")


class Prize(Base):
    __tablename__ = "prizes"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    author: Mapped["Author"] = relationship(back_populates="prizes")


class Log(Base):
    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[str]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

# Ten authors with four books each, every book with two reviews, every author with three prizes.
with Session(engine) as session:
    session.execute(insert(Author), [{"id": n, "name": f"Author {n}"} for n in range(1, 11)])
    session.execute(
        insert(Book),
        [
            {"id": n, "title": f"Book {n}", "author_id": (n - 1) // 4 + 1, "editor_id": n % 3 + 1}
            for n in range(1, 41)
        ],
    )
    session.execute(
        insert(Review), [{"id": n, "text": f"Review {n}", "book_id": (n - 1) // 2 + 1} for n in range(1, 81)]
    )
    session.execute(
        insert(Prize), [{"id": n, "name": f"Prize {n}", "author_id": (n - 1) // 3 + 1} for n in range(1, 31)]
    )
    session.commit()

