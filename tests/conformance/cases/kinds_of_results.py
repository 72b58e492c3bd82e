# what each execution gives back
# strategies: none
from typing import List, Optional
from sqlalchemy import (
    Column, ForeignKey, String, Table, bindparam, create_engine, delete, insert, select, text, update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


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

t = Tag.__table__
with Session(engine) as s:
    for label, call in {
        "orm": lambda: s.execute(select(Tag)), "col": lambda: s.execute(select(Tag.id)), "core": lambda: s.execute(select(t)), "text": lambda: s.execute(text("select 1")),
        "fromst": lambda: s.execute(select(Tag).from_statement(text("select * from tags"))),
        "ins": lambda: s.execute(insert(Tag).values(name="a")), "ins1": lambda: s.execute(insert(Tag), {"name": "b"}), "insm": lambda: s.execute(insert(Tag), [{"name": "c"}, {"name": "d"}]),
        "insr": lambda: s.execute(insert(Tag).returning(Tag), [{"name": "e"}]), "insrc": lambda: s.execute(insert(Tag).returning(Tag.id), [{"name": "f"}]),
        "insrv": lambda: s.execute(insert(Tag).values(name="ee").returning(Tag.id)), "insrvv": lambda: s.execute(insert(Tag).values([{"name": "ee2"}, {"name": "ff"}]).returning(Tag.id)),
        "upd": lambda: s.execute(update(Tag).where(Tag.id == 1).values(name="q")), "updr": lambda: s.execute(update(Tag).where(Tag.id == 1).values(name="q").returning(Tag)), "updm": lambda: s.execute(update(Tag), [{"id": 1, "name": "z"}]),
        "del": lambda: s.execute(delete(Tag).where(Tag.id == 99)), "delr": lambda: s.execute(delete(Tag).where(Tag.id == 99).returning(Tag.id)),
        "coreins": lambda: s.execute(insert(t).values(name="k")), "coreinsm": lambda: s.execute(insert(t), [{"name": "l"}, {"name": "m"}]), "coreinsr": lambda: s.execute(insert(t).returning(t.c.id), [{"name": "n"}, {"name": "o"}]),
        "coreupdm": lambda: s.execute(update(t).where(t.c.id == bindparam("i")).values(name=bindparam("n")), [{"i": 1, "n": "x1"}]),
        "conn": lambda: s.connection().execute(select(Tag.id)), "conninsm": lambda: s.connection().execute(insert(t), [{"name": "p"}, {"name": "r"}]), "upv": lambda: s.execute(update(Tag).where(Tag.id == 1), {"name": "uuu"}),
    }.items():
        r = call()
        print(label, type(r).__module__, type(r).__name__)
        for n in ("rowcount", "returns_rows", "inserted_primary_key", "is_insert"):
            attempt("   " + n, lambda: getattr(r, n))
        attempt("   all", lambda: r.all())
        attempt("   first", lambda: r.first())
    r = s.execute(select(Tag).where(Tag.id < 4))
    fr = r.freeze()
    print(fr().all(), fr().scalars().first(), fr().mappings().one_or_none() if False else "")
    fr = s.execute(select(Tag.name).where(Tag.id < 4)).freeze()
    print(fr().all(), list(fr()))
    for v in (s.execute(select(Tag)), s.scalars(select(Tag)), s.execute(select(Tag)).mappings(), s.execute(select(Tag.id)).tuples(), s.execute(select(Tag.id)).columns(0)):
        print(type(v).__name__)
