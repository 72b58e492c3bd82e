# The parameters in the message of a statement that could not be sent
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
tried(lambda: session.execute(text("SELECT :a, :b, :c"), {"a": 1, "c": 2}).all())
tried(lambda: session.execute(text("SELECT :a"), {"b": 1}).all())
tried(lambda: session.execute(text("SELECT :a")).all())
tried(lambda: session.execute(text("SELECT :a"), [{"a": 1}, {}]).all())
with engine.connect() as conn:
    tried(lambda: conn.execute(text("SELECT :a"), {"b": 1}).all())
    tried(lambda: conn.execute(text("UPDATE author SET name=:a WHERE id=:b"), [{"a": 1, "b": 2}, {"a": 4}]))
    tried(lambda: conn.execute(select(Author.__table__).where(Author.__table__.c.id == bindparam("x"))).all())
with Session(engine) as session:
    tried(lambda: session.execute(select(Author.__table__).where(Author.__table__.c.id == bindparam("x"))).all())
    session.execute(text("SELECT 1")).all()
    try:
        session.execute(text("SELECT :a, :b"), {"b": 2})
    except Exception as error:
        print(error.params, error.statement)
