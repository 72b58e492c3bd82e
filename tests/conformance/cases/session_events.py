# Events of sessions
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
    def listener(*arguments):
        shown = [type(one).__name__ + ":" + str(getattr(one, "__dict__", {}).get("name")) for one in arguments]
        print(name, *shown)
    return listener


names = """before_flush after_flush after_flush_postexec before_commit after_commit after_rollback after_soft_rollback
after_begin before_attach after_attach transient_to_pending pending_to_persistent persistent_to_deleted
detached_to_persistent""".split()
with Session(engine) as session:
    for name in names:
        event.listen(session, name, say(name))
    author = Author(name="Z")
    session.add(author)
    session.flush()
    author.name = "Y"
    session.commit()
    print(author.name)
    session.delete(author)
    session.commit()
    one = session.get(Author, 1)
    session.expunge(one)
    session.add(one)
    session.rollback()
    with session.begin_nested():
        session.add(Tag(name="s"))
    session.rollback()


@event.listens_for(Session, "before_flush")
def before_flush(session, flush_context, instances):
    for one in session.new:
        one.name = one.name.upper()
    print("new", list(session.new), "dirty", list(session.dirty), "deleted", list(session.deleted))


with Session(engine) as session:
    session.add(Author(name="lower"))
    author = session.get(Author, 2)
    author.name = "changed"
    session.delete(session.get(Tag, 1))
    print(session.scalars(select(Author.name).order_by(Author.id)).all())
