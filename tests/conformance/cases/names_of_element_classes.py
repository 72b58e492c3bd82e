# What Python's own errors call the classes of expressions
# strategies: none
from sqlalchemy import *  # noqa: F403
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import *  # noqa: F403
from sqlalchemy.pool import Pool


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="n")
    books: Mapped[list["Book"]] = relationship(back_populates="author", cascade="all, delete-orphan")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    session.add_all([Author(name="a", books=[Book(title="x"), Book(title="y")]), Author(name="b")])
    session.commit()
tried(lambda: Author.id + [1])
tried(lambda: len(Author.id))
tried(lambda: Author.id())
tried(lambda: int(Author.id))
tried(lambda: Author.id[0])
tried(lambda: select(Author)())
tried(lambda: len(select(Author)))
tried(lambda: iter(select(Author)))
tried(lambda: func.count(Author.id)())
tried(lambda: (Author.id == 1)())
tried(lambda: len(Author.id == 1))
tried(lambda: "a" + select(Author))
tried(lambda: select(Author) + 1)
tried(lambda: select(Author).scalar_subquery()())
tried(lambda: len(Author.books))
tried(lambda: Author.books())
tried(lambda: list(Author.books))
tried(lambda: Author.books[0])
tried(lambda: len(Author.__table__))
tried(lambda: Author.__table__())
tried(lambda: Author.__table__.c.id())
tried(lambda: len(text("x")))
tried(lambda: text("x")())
tried(lambda: len(insert(Author)))
tried(lambda: and_(Author.id == 1)())
tried(lambda: bindparam("x")())
tried(lambda: desc(Author.id)())
tried(lambda: case((Author.id == 1, 2))())
tried(lambda: literal(1)())
tried(lambda: null()())
tried(lambda: exists(select(Author))())
tried(lambda: select(Author).subquery()())
tried(lambda: aliased(Author)())
tried(lambda: select(Author).cte()())
tried(lambda: Author.id < object())
tried(lambda: Author.id in [1])
tried(lambda: bool(Author.id))
tried(lambda: not (Author.id == 1))
tried(lambda: Author.id and 1)
tried(lambda: "x" in Author.name)
tried(lambda: f"{Author.id:>10}")
tried(lambda: sum([Author.id, Author.id]))
tried(lambda: max(Author.id, Author.name))
tried(lambda: sorted([Author.id, Author.name]))
tried(lambda: Author.name.upper())
tried(lambda: Author.name.nothing)
tried(lambda: Author.nothing)
tried(lambda: Author().nothing)
tried(lambda: select(Author).nothing)
tried(lambda: select(Author).filter_by(nothing=1))
tried(lambda: func.now().nothing)
tried(lambda: Author.books.nothing)
tried(lambda: Author.__table__.nothing)
tried(lambda: Author.__table__.c.nothing)
tried(lambda: session.nothing)
tried(lambda: engine.nothing)
