# Options that contradict one another, and attribute errors
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


def run(*options, entity=Author):
    def go():
        with Session(engine) as session:
            found = session.scalars(select(entity).options(*options).order_by(entity.id)).unique().all()
            return [(one.name, [(book, book.tags, book.author) for book in one.books]) for one in found if one.id in (2, 3)]
    attempt(go)


run(joinedload(Author.books), selectinload(Author.books))
run(selectinload(Author.books), selectinload(Author.books))
run(selectinload(Author.books), selectinload(Author.books).selectinload(Book.tags))
run(selectinload(Author.books).selectinload(Book.tags), selectinload(Author.books).joinedload(Book.author))
run(selectinload(Author.books), defaultload(Author.books).joinedload(Book.tags))
run(defaultload(Author.books).joinedload(Book.tags), selectinload(Author.books))
run(joinedload(Author.books), joinedload(Author.books, innerjoin=True))
run(lazyload("*"), selectinload("*"))
run(selectinload("*"), lazyload(Author.books))
run(selectinload(Author.books), raiseload("*"))
run(selectinload(Author.books).options(joinedload(Book.tags), raiseload(Book.author)))
run(defer(Author.name), undefer(Author.name))
run(load_only(Author.id), load_only(Author.name))
run(load_only(Author.id), undefer(Author.age))
run(raiseload(Author.books), lazyload(Author.books))
run(selectinload(Book.author))
run(selectinload(Author.name))
run(defer(Author.books))
run(Load(Book).selectinload(Book.tags))
attempt(lambda: selectinload(Author.books).selectinload(Author.books))
attempt(lambda: selectinload(Author.books).joinedload(Tag.name))
attempt(lambda: selectinload("books"))
attempt(lambda: selectinload(Author.books).load_only(Author.name))
attempt(lambda: Load(Author).selectinload(Book.tags))
attempt(lambda: selectinload(Author))
attempt(lambda: selectinload("*").selectinload(Book.tags))
attempt(lambda: selectinload(Author.books).options(selectinload(Author.books)))
attempt(lambda: select(Author).options("books"))
attempt(lambda: selectinload(Author.nope))
attempt(lambda: contains_eager(Author.name) and 1)


def two(*options):
    with Session(engine) as session:
        statement = select(Author)
        for option in options:
            statement = statement.options(option)
        attempt(lambda: [(one, one.books) for one in session.scalars(statement.order_by(Author.id)).unique()])


two(joinedload(Author.books), selectinload(Author.books))
two(contains_eager(Author.books), selectinload(Author.books))
two(lazyload(Author.books), contains_eager(Author.books))
with Session(engine) as session:
    attempt(lambda: session.scalars(select(Author.name).options(selectinload(Author.books))).all())
    attempt(lambda: session.scalars(select(Book).options(selectinload(Author.books))).all())
    attempt(lambda: session.execute(select(Author, Book).join(Author.books).options(Load(Book).selectinload(Book.tags), Load(Author).load_only(Author.name)).order_by(Book.id)).all())
    a = aliased(Author)
    attempt(lambda: session.scalars(select(a).options(selectinload(Author.books))).all())
    attempt(lambda: session.scalars(select(a).options(selectinload(a.books)).order_by(a.id)).all())
