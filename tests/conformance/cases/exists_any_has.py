# exists, any and has
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, exists, ForeignKey, insert, select, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session, with_parent


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
    def show(query):
        print(session.scalars(query).all())

    show(select(Author.name).where(Author.books.any()).order_by(Author.id))
    show(select(Author.name).where(~Author.books.any()).order_by(Author.id))
    show(select(Author.name).where(Author.books.any(Book.pages > 200)).order_by(Author.id))
    show(select(Author.name).where(Author.books.any(title="Lathe")).order_by(Author.id))
    show(select(Book.title).where(Book.author.has()).order_by(Book.id))
    show(select(Book.title).where(~Book.author.has(Author.name == "Ursula")).order_by(Book.id))
    show(select(Book.title).where(Book.author.has(country="UK")).order_by(Book.id))
    show(select(Author.name).where(exists().where(Book.author_id == Author.id)).order_by(Author.id))
    show(select(Author.name).where(select(Book.id).where(Book.author_id == Author.id).exists()).order_by(Author.id))
    author = session.get(Author, 1)
    show(select(Book.title).where(Book.author == author).order_by(Book.id))
    show(select(Book.title).where(Book.author != author).order_by(Book.id))
    show(select(Book.title).where(Book.author == None).order_by(Book.id))
    show(select(Author.name).where(Author.books.contains(session.get(Book, 3))))
    show(select(Book.title).where(with_parent(author, Author.books)).order_by(Book.id))
