# more words for what cannot be done
# strategies: none
import warnings
from typing import List, Optional
from sqlalchemy import Column, ForeignKey, String, Table, create_engine, func, insert, select, text
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, joinedload, mapped_column, relationship, selectinload,
)


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

with Session(engine) as session:
    a = session.get(Author, 1)
    attempt("append int", lambda: a.books.append(3))
    attempt("append tag", lambda: a.books.append(Tag(name="r")))
    session.expunge_all()
    a = session.get(Author, 1)
    attempt("set str", lambda: setattr(a, "books", "abc"))
    attempt("set none", lambda: setattr(a, "books", None))
    attempt("set int", lambda: setattr(a, "books", 3))
    attempt("set dict", lambda: setattr(a, "books", {}))
    attempt("bio", lambda: setattr(a, "bio", "x"))
    attempt("bio tag", lambda: setattr(a, "bio", Tag(name="b")))
    session.expunge_all()
    a = session.get(Author, 1)
    attempt("remove", lambda: a.books.remove(Book(title="x")))
    attempt("kw", lambda: Author(name="x", nope=3))
    attempt("pos", lambda: Author("x"))
    attempt("del", lambda: session.delete(None))
    attempt("add", lambda: session.add(None))
    attempt("add", lambda: session.add(Author))
    attempt("addall", lambda: session.add_all(3))
    attempt("merge", lambda: session.merge(3))
    attempt("refresh", lambda: session.refresh(3))
    attempt("expire", lambda: session.expire(3))
    attempt("expunge", lambda: session.expunge(Tag(name="x")))
    attempt("get none", lambda: session.get(Author, None))
    attempt("get str", lambda: session.get(Author, "x"))
    attempt("get one", lambda: session.get_one(Author, 99))
    attempt("get list", lambda: session.get(Author, [1]))
    attempt("unbound", lambda: Session().execute(select(Author)))
    attempt("unique", lambda: (session.add(Tag(name="sea")), session.flush()))
    attempt("dirty", lambda: session.scalars(select(Tag)).all())
    session.rollback()
    attempt("check", lambda: (session.add(Author(name=None)), session.commit()))
    attempt("after", lambda: session.commit())
    session.rollback()
    attempt("fk2", lambda: (session.add(Book(title="t", year=1, author_id=None)), session.flush()))
    session.rollback()
    attempt("stale", lambda: (session.execute(text("delete from reviews where id = 1")), setattr(session.get(Review, 1) or Review(), "stars", 3), session.flush()))
    session.rollback()
    r = session.get(Review, 2)
    session.execute(text("delete from reviews where id = 2"))
    r.stars = 50
    attempt("stale", lambda: session.flush())
    session.rollback()
    r = session.get(Review, 2)
    session.execute(text("delete from reviews where id = 2"))
    session.delete(r)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        attempt("staledel", lambda: session.flush())
    print([str(w.message) for w in seen])
    session.rollback()
    r = session.get(Review, 2)
    session.execute(text("delete from reviews where id = 2"))
    session.expire(r)
    attempt("gone", lambda: r.stars)
    attempt("refresh gone", lambda: session.refresh(r))
    session.rollback()
    x = session.get(Review, 3)
    session.expunge(x)
    attempt("detached", lambda: x.book)
    attempt("detached del", lambda: session.delete(Review(stars=1)))
    dup = Author(id=1, name="dup")
    attempt("dup", lambda: (session.add(dup), session.flush()))
    session.rollback()
    attempt("name", lambda: session.execute(select(Author.nope)))
    attempt("div", lambda: session.execute(select(Author.name / 0)).all())
    attempt("yp", lambda: session.scalars(select(Author).options(joinedload(Author.books)).execution_options(yield_per=1)).first())
    attempt("opts", lambda: session.scalars(select(Author.name).options(joinedload(Author.books))).all())
    attempt("opts", lambda: session.scalars(select(func.count(Author.id)).options(joinedload(Author.books))).all())
    attempt("opts", lambda: session.scalars(select(Book).options(joinedload(Author.books))).all())
    attempt("opts", lambda: session.scalars(select(Book).options(selectinload(Book.author).selectinload(Book.tags))).all())
    A2 = aliased(Author)
    attempt("opts", lambda: session.scalars(select(A2).options(joinedload(Author.books))).all())
    attempt("opts", lambda: session.scalars(select(Author).options(joinedload(A2.books))).all())
    attempt("opts", lambda: session.scalars(select(Author).options(selectinload(Author.books.of_type(aliased(Book))).joinedload(Book.tags))).all())
