# The line of each link in a chain of calls
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


with Session(engine) as session:
    authors = (
        session
        .scalars(
            select(Author)
            .order_by(Author.id)
        )
        .unique()
        .all()
    )
    print(
        authors[2]
        .books[0]
        .author
        .name,
        [
            book.title for author in authors
            for book in author
            .books
        ],
    )
    session.expunge_all()
    result = session.execute(select(Author).order_by(Author.id))
    print("nothing more is sent until it is read")
    rows = result.unique()
    first = (rows
             .scalars()
             .first())
    print(first, len(first
                     .books))
    found = (
        session.query(Book)
        .filter(Book.id > 4)
        .order_by(Book.id)
    )
    print(found
          .count(), found.first(
    ))
    for book in (
        found
        .limit(1)
    ):
        print(book)
    count = lambda: (
        session
        .scalar(select(func.count(Book.id)))
    )
    print(count())
    result = session.scalars(select(Author).options(selectinload(Author.books)).order_by(Author.id))
    for author in result:
        print(author)
        break
    result = session.scalars(select(Book).options(selectinload(Book.tags)).limit(2))
    session.add(Tag(name="between"))
    print(session.scalar(select(func.count(Tag.id))))
    print(result.unique().all())
