# sessions that begin, nest, join a connection's transaction
# strategies: none
from typing import List, Optional
from sqlalchemy import Column, ForeignKey, String, Table, create_engine, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker


def attempt(label, call):
    try:
        value = call()
    except Exception as error:
        print(label, type(error).__module__, type(error).__name__, error)
    else:
        print(label, value)


class Base(DeclarativeBase):
    pass


book_tags = Table("book_tags", Base.metadata, Column("book_id", ForeignKey("books.id"), primary_key=True), Column("tag_id", ForeignKey("tags.id"), primary_key=True))


class Publisher(Base):
    __tablename__ = "publishers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    books: Mapped[List["Book"]] = relationship(back_populates="publisher", order_by="Book.title")


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    country: Mapped[Optional[str]]
    books: Mapped[List["Book"]] = relationship(back_populates="author", cascade="all, delete-orphan", order_by="Book.id")
    bio: Mapped[Optional["Bio"]] = relationship(back_populates="author", uselist=False)

    def __repr__(self):
        return f"Author({self.name!r})"


class Bio(Base):
    __tablename__ = "bios"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), unique=True)
    author: Mapped["Author"] = relationship(back_populates="bio")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    year: Mapped[int]
    price: Mapped[Optional[float]]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    publisher_id: Mapped[Optional[int]] = mapped_column(ForeignKey("publishers.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
    publisher: Mapped[Optional["Publisher"]] = relationship(back_populates="books")
    reviews: Mapped[List["Review"]] = relationship(back_populates="book", cascade="all, delete-orphan")
    tags: Mapped[List["Tag"]] = relationship(secondary=book_tags, back_populates="books", order_by="Tag.name")

    def __repr__(self):
        return f"Book({self.title!r})"


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    body: Mapped[str] = mapped_column(default="")
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    book: Mapped["Book"] = relationship(back_populates="reviews")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    books: Mapped[List["Book"]] = relationship(secondary=book_tags, back_populates="tags")

    def __repr__(self):
        return f"Tag({self.name!r})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    pubs = [Publisher(name="North"), Publisher(name="South")]
    tags = [Tag(name=n) for n in ("sea", "war", "love")]
    n = 0
    for a, country in (("Ada", "UK"), ("Bob", None), ("Cyd", "FR")):
        author = Author(name=a, country=country)
        if a != "Bob":
            author.bio = Bio(text=f"about {a}")
        for i in range(3 if a == "Ada" else 2 if a == "Bob" else 0):
            n += 1
            author.books.append(Book(title=f"T{n}", year=1990 + n, price=None if n == 2 else 10.5 * n, publisher=pubs[n % 2] if n != 4 else None,
                reviews=[Review(stars=s, body=f"r{s}") for s in range(1, n % 3 + 2)]))
        session.add(author)
    session.add_all(tags)
    session.flush()
    session.execute(insert(book_tags), [{"book_id": b, "tag_id": t} for b, t in ((1, 1), (2, 1), (2, 2), (4, 1), (5, 1), (5, 2))])
    session.commit()

Maker = sessionmaker(engine, expire_on_commit=False)
with Maker.begin() as session:
    session.add(Tag(name="b1"))
with Maker() as session, session.begin():
    session.add(Tag(name="b2"))
try:
    with Maker.begin() as session:
        session.add(Tag(name="b3"))
        raise RuntimeError("stop")
except RuntimeError as e:
    print(e)
with Maker() as session:
    print(session.scalars(select(Tag.name).order_by(Tag.id)).all())
    session.begin_nested()
    session.add(Tag(name="n1"))
    print(session.in_nested_transaction(), session.get_nested_transaction() is not None)
    session.rollback()
    print(session.in_transaction())
    with session.begin_nested() as outer:
        session.add(Tag(name="n2"))
        with session.begin_nested() as inner:
            session.add(Tag(name="n3"))
            inner.rollback()
        print(outer.is_active, inner.is_active)
    session.commit()
    print(session.scalars(select(Tag.name).order_by(Tag.id)).all())
    t = session.get(Tag, 1)
    t.name = "zzz"
    sp = session.begin_nested()
    t.name = "yyy"
    sp.rollback()
    print(t.name, session.is_modified(t), t in session.dirty)
    session.rollback()
    print(t.name)
    attempt("nested commit", lambda: sp.commit())
    attempt("prepare", lambda: session.begin())
    attempt("prepare", lambda: session.begin())
    session.close()
    session.reset()
    attempt("conn", lambda: session.connection().execute(text("select 1")).scalar())
    with engine.connect() as conn:
        bound = Session(bind=conn)
        bound.add(Tag(name="viaconn"))
        bound.commit()
        print(conn.execute(select(func.count()).select_from(Tag)).scalar(), conn.in_transaction())
    with engine.connect() as conn:
        trans = conn.begin()
        bound = Session(conn, join_transaction_mode="create_savepoint")
        bound.add(Tag(name="sp1"))
        bound.commit()
        bound.close()
        trans.rollback()
    with engine.connect() as conn:
        print(conn.scalar(select(func.count()).select_from(Tag)))
session = Session(engine, autoflush=False)
session.add(Tag(name="af"))
print(session.scalars(select(Tag).where(Tag.name == "af")).all())
session.flush()
print(session.scalars(select(Tag).where(Tag.name == "af")).all())
session.close()
with Session(engine, autobegin=False) as session:
    attempt("autobegin", lambda: session.scalars(select(Tag)).first())
    with session.begin():
        print(session.scalars(select(Tag)).first())
