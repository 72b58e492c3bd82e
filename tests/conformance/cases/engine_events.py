# Listeners of an engine
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


counts = {"before": 0, "after": 0}


@event.listens_for(engine, "before_cursor_execute")
def before(conn, cursor, statement, parameters, context, executemany):
    counts["before"] += 1
    print("before", statement.split()[0], parameters, executemany)


@event.listens_for(engine, "after_cursor_execute")
def after(conn, cursor, statement, parameters, context, executemany):
    counts["after"] += 1


with Session(engine) as session:
    print([author.books for author in session.scalars(select(Author).order_by(Author.id))])
    session.add_all([Tag(name="x"), Tag(name="y")])
    session.execute(insert(Author), [{"name": "n", "age": 1}, {"name": "m", "age": 2}])
    session.execute(update(Author).where(Author.id == 1).values(age=3))
    session.execute(delete(Tag).where(Tag.name == "zz"))
    session.commit()
print(counts)
print(event.contains(engine, "before_cursor_execute", before))
event.remove(engine, "before_cursor_execute", before)
print(event.contains(engine, "before_cursor_execute", before))
attempt(lambda: event.remove(engine, "before_cursor_execute", attempt))
with engine.connect() as connection:
    connection.execute(text("select 1"))
    connection.exec_driver_sql("select ?", (2,))
print(counts)


def once(conn, cursor, statement, parameters, context, executemany):
    print("once", statement)
    return None


event.listen(engine, "before_cursor_execute", once, once=True)
with Session(engine) as session:
    session.get(Author, 1)
    session.get(Author, 2)


@event.listens_for(engine, "begin")
def begin(conn):
    print("begin")


@event.listens_for(engine, "commit")
def commit(conn):
    print("commit")


@event.listens_for(engine, "rollback")
def rollback(conn):
    print("rollback")


with Session(engine) as session:
    session.get(Author, 1)
    session.rollback()
    session.get(Author, 1)
    session.commit()
with engine.begin() as connection:
    connection.execute(select(Author.id).limit(1))
attempt(lambda: event.listen(engine, "no_such_event", print))
