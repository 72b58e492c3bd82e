# text, parameters and what statements look like
# strategies: none
from typing import List, Optional
from sqlalchemy import (
    Column, ForeignKey, Integer, String, Table, bindparam, create_engine, delete, func, insert, literal,
    literal_column, select, text, update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, contains_eager, mapped_column, relationship


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
    print(session.execute(text("select name from authors where id = :id or name = :n order by id").bindparams(id=1, n="Bob")).scalars().all())
    print(session.execute(text("select name, id from authors where id in :ids order by id").bindparams(bindparam("ids", expanding=True)), {"ids": [1, 3]}).all())
    print(session.execute(select(Author.name).where(Author.id == bindparam("i")), {"i": 2}).scalar_one())
    print(session.execute(select(Author.name).where(Author.id.in_(bindparam("ids", expanding=True))).order_by(Author.id), {"ids": [2, 3]}).all())
    print(session.scalars(select(Author).where(text("name like :p")).params(p="A%")).all())
    print(session.scalars(select(Book).where(text("year > 1992")).order_by(text("title desc")).limit(2)).all())
    print(session.execute(select(text("name"), literal_column("id * 2").label("d")).select_from(text("authors")).where(text("id < 3"))).all())
    print(session.execute(text("select id, name from authors").columns(id=Integer, name=String).subquery("q").select().where(text("q.id = 1"))).all())
    st = text("select authors.id, authors.name, authors.country, books.id, books.title, books.year, books.price, books.author_id, books.publisher_id from authors join books on books.author_id = authors.id where books.year > 1993 order by books.id").columns(Author.id, Author.name, Author.country, Book.id, Book.title, Book.year, Book.price, Book.author_id, Book.publisher_id)
    for a in session.scalars(select(Author).from_statement(st).options(contains_eager(Author.books))).unique():
        print(a, a.books)
    print(session.execute(select(Author, Book).from_statement(st)).all())
    attempt("syntax", lambda: session.execute(text("selec 1")))
    attempt("missing2", lambda: session.execute(select(Author).where(Author.id == bindparam("zz"))).all())
    print(str(select(Author).where(Author.id == 5).compile(compile_kwargs={"literal_binds": True})), select(Author.id).where(Author.name.in_(["a", "b"])).compile(compile_kwargs={"literal_binds": True}))
    print(select(Author.id).where(Author.name == "q").compile().params, str(insert(Author)), str(update(Author).where(Author.id == 1).values(name="n")), str(delete(Author).where(Author.id == 2)))
    print(select(Author.id).where(Author.name.in_(["a", "b"])), select(func.now()), select(Book.price.cast(Integer)), select(Author.name.label("n")).order_by("n"))
    print(insert(Author).values(name="x").compile(engine), insert(Tag).values([{"name": "a"}, {"name": "b"}]), select(1), select(literal("x")), insert(Author.__table__).values().compile(engine))
    r = session.execute(text("select 1 as a, 2 as b")).one()
    print(r.a, r.b, r._mapping["a"], r)


with Session(engine) as session:
    by_name = select(Author).from_statement(text("SELECT * FROM authors WHERE name = :name"))
    for name in ("Ann", "nobody"):
        print([author.name for author in session.scalars(by_name.params(name=name))])
