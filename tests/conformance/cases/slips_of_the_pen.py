# What is written by mistake: brackets forgotten, an attribute of a relationship, options of a query that gets by key
# strategies: none
from sqlalchemy import ForeignKey, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, load_only, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
session.add_all([Author(name="Ann", books=[Book(title="Zen"), Book(title="Art")]), Author(name="Bob")])
session.commit()
session.expunge_all()


def tell(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)


# %% Brackets that were forgotten
tell(lambda: Author.id == 1 | Author.id == 2)
tell(lambda: Author.id == 1 & Author.name == "Ann")
tell(lambda: True & Author.id)
tell(lambda: "x" | Author.id)
tell(lambda: Author.id & 1)
tell(lambda: (Author.id == 1) & "x")
tell(lambda: (Author.id == 1) & True)
tell(lambda: ((Author.id == 1) | (Author.id == 2)) & ~(Author.name == "Ann"))

# %% An attribute of what a relationship leads to
tell(lambda: Book.author.name)
tell(lambda: select(Book).order_by(Book.author.name))
tell(lambda: session.query(Book).filter(Author.books.title == "Zen").all())

# %% By key, with what the query says
for query in (
    session.query(Author).options(selectinload(Author.books)),
    session.query(Author).options(load_only(Author.id)),
    session.query(Author).order_by(Author.name).distinct(),
    session.query(Author).populate_existing(),
    session.query(Author).filter(Author.id == 1),
    session.query(Author).limit(1),
):

    def get():
        author = query.get(1)
        return sorted(inspect(author).unloaded), len(author.books)

    tell(get)
    session.expunge_all()

# %% The line of each read
for book in session.scalars(select(Book)).all():
    print(
        book
        .author
        .books[0]
        .title
    )
