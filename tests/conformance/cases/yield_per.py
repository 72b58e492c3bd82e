# yield_per and partitions, with loading
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int | None]
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")

    def __repr__(self):
        return f"<Author {self.name}>"


book_tag = Table(
    "book_tag", Base.metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int] = mapped_column(default=100)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author | None"] = relationship(back_populates="books")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tag, order_by="Tag.id")

    def __repr__(self):
        return f"<Book {self.title}>"


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    def __repr__(self):
        return f"<Tag {self.name}>"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Tag(name="new"), Tag(name="old")])
    for n in range(1, 5):
        session.add(Author(name=f"A{n}", age=None if n == 4 else 20 + n, books=[Book(title=f"B{n}{m}") for m in range(1, n)]))
        session.flush()
    session.execute(insert(book_tag), [{"book_id": b, "tag_id": t} for b in range(1, 7) for t in (1, 2) if b % 2 or t == 1])
    session.commit()


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    for part in session.scalars(select(Author).options(selectinload(Author.books)).order_by(Author.id).execution_options(yield_per=2)).partitions():
        print([(author, author.books) for author in part])
with Session(engine) as session:
    for author in session.scalars(select(Author).options(selectinload(Author.books).selectinload(Book.tags)).order_by(Author.id).execution_options(yield_per=3)):
        print(author, [(book, book.tags) for book in author.books])
with Session(engine) as session:
    for part in session.execute(select(Author, Author.name).order_by(Author.id)).partitions(3):
        print(part)
with Session(engine) as session:
    attempt(lambda: session.scalars(select(Author).options(joinedload(Author.books)).execution_options(yield_per=2)).all())
with Session(engine) as session:
    attempt(lambda: session.scalars(select(Author).options(joinedload(Author.books)).execution_options(yield_per=2)).unique().all())
with Session(engine) as session:
    attempt(lambda: session.scalars(select(Author).options(subqueryload(Author.books)).execution_options(yield_per=2)).all())
with Session(engine) as session:
    print([book.author for book in session.scalars(select(Book).options(joinedload(Book.author)).execution_options(yield_per=2))])
with Session(engine) as session:
    print([book.author for book in session.query(Book).options(selectinload(Book.author)).order_by(Book.id).yield_per(4)])
with Session(engine) as session:
    result = session.scalars(select(Author).order_by(Author.id)).yield_per(2)
    print(result.fetchmany(3), result.fetchmany(3), result.all())
with Session(engine) as session:
    print([author.books for author in session.scalars(select(Author).options(immediateload(Author.books)).order_by(Author.id).execution_options(yield_per=2))])
