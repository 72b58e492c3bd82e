# What programs look at beside queries
# strategies: lazy, selectin, joined, subquery
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


import json

with Session(engine) as session:
    author = session.scalars(select(Author).where(Author.id == 3)).unique().one()
    print("books" in author.__dict__, sorted(key for key in author.__dict__ if not key.startswith("_")))
    print(sorted(inspect(author).unloaded), inspect(author).persistent, inspect(author).identity)
    print(isinstance(author.books, list), type(author.books).__name__, author.books == list(author.books), author.books + [])
    print(sorted(inspect(author).unloaded), len(session.identity_map) > 0, author in session)
    state = inspect(author)
    print(state.attrs.name.value, state.attrs.books.history.has_changes(), state.attrs.name.loaded_value)
    author.name = "changed"
    print(state.attrs.name.history, state.modified, session.is_modified(author), session.dirty)
    print([column.key for column in inspect(Author).columns], [r.key for r in inspect(Author).relationships])
    print(inspect(Author).relationships.books.direction.name, inspect(Author).relationships["books"].mapper.class_.__name__)
    print(Author.__table__.name, Author.__tablename__, Author.__mapper__.primary_key[0].name)
    print(json.dumps([{"id": book.id, "title": book.title} for book in author.books]))
    print(sorted({author, author}, key=lambda a: a.id), {author: 1}[author])
    print([*author.books], author.books[-1], author.books[:1], len(author.books), bool(author.books), author.books.index(author.books[0]))
    first, *rest = author.books
    print(first, rest, list(reversed(author.books)), max(author.books, key=lambda book: book.id), sum(book.pages for book in author.books))
    session.rollback()
    print(author.name, object_session(author) is session)
    session.expunge(author)
    attempt(lambda: author.books and author.books[0].tags)
    print(inspect(author).detached, object_session(author))
    book = Book(title="loose")
    print(book.author, book.tags, book.pages, book.id, inspect(book).transient)
    attempt(lambda: book.nope)
    attempt(lambda: setattr(book, "author", "text"))
    attempt(lambda: Book(nope=1))
    attempt(lambda: session.get(Book, "x"))
    attempt(lambda: session.get(Book, (1, 2)))
    attempt(lambda: session.get_one(Book, 99))
    attempt(lambda: session.scalars(select(Book)).one())
    attempt(lambda: session.scalars(select(Book).where(Book.id > 99)).one())
    attempt(lambda: session.execute(select(Book.nope)))
    attempt(lambda: session.execute("select 1"))
    attempt(lambda: select(Book).filter_by(nope=1))
    attempt(lambda: select(Author).join(Tag))
    attempt(lambda: session.execute(select(Author).join(Tag)).all())
    attempt(lambda: session.execute(select(Book.title, Book.id)).first().nope)
    attempt(lambda: session.execute(select(Book.title, Book.id)).first()["title"])
    row = session.execute(select(Book.title, Book.id).order_by(Book.id)).first()
    print(row, row.title, row[1], row._mapping["title"], row._asdict(), tuple(row), row._fields, row == ("B21", 1), len(row))
    attempt(lambda: session.execute(text("select * from nope")))
    attempt(lambda: session.execute(insert(Tag).values(id=1, name="x")))
    session.rollback()
    print(session.info, session.is_active, session.in_transaction(), session.autoflush, session.bind is engine)
