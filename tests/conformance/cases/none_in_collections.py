# None in a collection: the flush refuses it
# strategies: selectin, joined

from typing import Optional

from sqlalchemy import Column, ForeignKey, Table, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, validates


class Base(DeclarativeBase):
    pass


tagged = Table(
    "tagged",
    Base.metadata,
    Column("author_id", ForeignKey("authors.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id", cascade="all, delete-orphan")
    shelf: Mapped[list["Book"]] = relationship(viewonly=True, order_by="Book.id")
    tags: Mapped[list["Tag"]] = relationship(secondary="tagged", order_by="Tag.id")

    def __repr__(self):
        return f"Author({self.id})"


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[Optional[int]] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Optional["Author"]] = relationship(back_populates="books")
    pages: Mapped[set["Page"]] = relationship()

    @validates("pages")
    def check(self, key, page):
        return None if page is not None and page.number == 0 else page

    def __repr__(self):
        return f"Book({self.id})"


class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    book_id: Mapped[Optional[int]] = mapped_column(ForeignKey("books.id"))


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)

    def __repr__(self):
        return f"Tag({self.id})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Author), [{"id": 1}, {"id": 2}])
    session.execute(insert(Book), [{"id": 1, "author_id": 1}, {"id": 2, "author_id": 1}])
    session.execute(insert(Tag), [{"id": 1}])
    session.commit()


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    author = session.get(Author, 1)
    author.books.append(None)
    print(author.books, None in author.books, author.books.count(None), len(author.books), author in session.dirty)
    attempt(lambda: session.flush())
    session.rollback()

    author.books.extend([None, None])
    author.books.insert(0, None)
    print(author.books)
    author.books.remove(None)
    print(author.books.pop(), author.books)
    author.books[-1] = Book(id=3)
    print(author.books)
    session.commit()
    print(session.scalars(select(Book)).all())

    attempt(lambda: author.books.remove(None))
    author.books = [None, *author.books]
    attempt(lambda: session.scalars(select(Book)).all())
    session.rollback()

    author.tags.append(None)
    attempt(lambda: session.commit())
    session.rollback()
    author.tags = [session.get(Tag, 1), None]
    attempt(lambda: session.commit())
    session.rollback()

    # What nobody writes may hold it.
    author.shelf.append(None)
    session.commit()

with Session(engine) as session:
    new = Author(id=5, books=[None])
    attempt(lambda: session.add(new))
    attempt(lambda: session.commit())
    session.rollback()
    attempt(lambda: session.merge(new))
    attempt(lambda: session.delete(new))

    author = session.get(Author, 1)
    author.books.append(None)
    attempt(lambda: session.expire(author))
    author.books.append(None)
    attempt(lambda: session.delete(author))
    session.rollback()

    book = session.get(Book, 1)
    book.pages.add(None)
    print(len(book.pages), None in book.pages)
    book.pages.discard(None)
    book.pages.add(Page(number=1))
    session.commit()
    book.pages.add(Page(number=0))
    print(None in book.pages, len(book.pages))
    attempt(lambda: session.commit())
