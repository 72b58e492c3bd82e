# Events of mapped classes and of attributes
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


def say(name):
    def listener(mapper, connection, target):
        print(name, target)
    return listener


for name in "before_insert after_insert before_update after_update before_delete after_delete".split():
    event.listen(Author, name, say(name))


@event.listens_for(Author, "load")
def on_load(target, context):
    print("load", target.__dict__.get("name"))


@event.listens_for(Author, "init")
def on_init(target, args, kwargs):
    print("init", args, kwargs)


@event.listens_for(Author.name, "set", retval=True)
def on_set(target, value, old, initiator):
    print("set", value, getattr(old, "name", old))
    return value.strip()


@event.listens_for(Author.books, "append")
def on_append(target, value, initiator):
    print("append", value)


@event.listens_for(Author.books, "remove")
def on_remove(target, value, initiator):
    print("remove", value)


@event.listens_for(Book.author, "set")
def on_author(target, value, old, initiator):
    print("author", value)


with Session(engine) as session:
    author = Author(name=" new ")
    session.add(author)
    author.books.append(Book(title="t"))
    session.flush()
    author.name = "other"
    session.flush()
    book = author.books[0]
    author.books.remove(book)
    author.books = [book]
    session.commit()
    print(author.name)
    session.delete(book)
    session.delete(author)
    session.commit()
    print(session.scalars(select(Author).where(Author.id < 3)).all())


@event.listens_for(Base, "before_insert", propagate=True)
def every(mapper, connection, target):
    print("every", type(target).__name__)
    connection.execute(text("select 'inside'"))


with Session(engine) as session:
    session.add(Tag(name="t"))
    session.commit()
