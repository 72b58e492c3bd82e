# The identity map as a dictionary, what is no mapped object, names that are not there
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
with Session(engine) as session:
    a = session.get(Author, 1)
    print(inspect(a).attrs.name.history)
    print(inspect(a).attrs.books.history)
    a.name = "x"
    print(inspect(a).attrs.name.history)
    print(inspect(Author()).attrs.name.history, inspect(Author()).attrs.books.history)
    print(session.identity_map.keys())
    print(session.identity_map.values())
    for key in session.identity_map: print(key)
    print(inspect(a).identity_key in session.identity_map, session.identity_map.get(inspect(a).identity_key) is a)
    print(list(session.identity_map.items()))
    print(session.identity_map.all_states())
    tried(lambda: session.merge(5))
    tried(lambda: session.merge(Author))
    tried(lambda: session.merge(None))
    tried(lambda: session.add(5))
    tried(lambda: session.delete("x"))
    tried(lambda: session.refresh(5))
    tried(lambda: session.expire([]))
    tried(lambda: session.expunge({}))
    tried(lambda: session.is_modified(5))
    tried(lambda: 5 in session)
    tried(lambda: Author.books.entity)
    tried(lambda: Author.books.property.entity)
    tried(lambda: Author.books.mapper)
    tried(lambda: select(Author).options(load_only(Author.id, Book.id)))
    tried(lambda: select(Author).options(load_only(Book.id)))
    tried(lambda: session.scalars(select(Author).options(load_only(Book.id))).all())
    tried(lambda: select(Author).options(load_only()))
    tried(lambda: session.scalars(select(Author).options(selectinload(Author.books).load_only(Author.name))).all())
    tried(lambda: text("SELECT :a").bindparams(b=1))
    tried(lambda: text("SELECT :a").bindparams(bindparam("b", 1)))
    tried(lambda: select(Author).where(Author.id == bindparam("x")).params(y=1))
    tried(lambda: session.scalars(select(Author).order_by(None)).all()[0].id)
    tried(lambda: session.scalars(select(Author).order_by(null())).all()[0].id)
    tried(lambda: [x.id for x in session.scalars(select(Author).options(joinedload(Author.books)).execution_options(yield_per=1)).unique()])
