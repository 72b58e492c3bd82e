# names that are not there, ways of the 1.x style that will go
# strategies: none
import warnings
from typing import List, Optional
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, String, Table, create_engine, insert, inspect, select, text
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, joinedload, mapped_column, noload, relationship, sessionmaker,
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

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    with Session(engine) as session:
        q = session.query(Author)
        q.get(1)
        session.scalars(select(Author).options(noload(Author.books))).first()
        q.from_statement(text("select * from authors")).all()
        q.join(Book, Author.books).all()
        attempt("instances", lambda: q.with_parent(session.get(Author, 1)) and 1)
        attempt("values", lambda: list(q.values(Author.name)))
        attempt("value", lambda: q.filter(Author.id == 1).value(Author.name))
        q.merge_result if False else None
        attempt("execute", lambda: session.execute(select(Author.id)).scalars().all())
        attempt("close_all", lambda: 1)
        attempt("as_scalar", lambda: str(select(Author.id).as_scalar()) and 1)
        attempt("c", lambda: select(Author).c.id)
        attempt("isnot", lambda: str(Author.id.isnot(None)))
        attempt("notin_", lambda: str(Author.id.notin_([1])))
        attempt("with_only", lambda: str(select(Author.id).with_only_columns(Author.name)))
        attempt("from_self", lambda: q.from_self())
        attempt("sess.query.select_entity_from", lambda: q.select_entity_from(Author))
        attempt("autocommit", lambda: Session(engine, autocommit=True))
        attempt("execute str", lambda: session.execute("select 1"))
        attempt("connect execute", lambda: engine.execute("select 1"))
        attempt("bind metadata", lambda: sa.MetaData(bind=engine))
        attempt("select list", lambda: select([Author.id]))
        attempt("row keys", lambda: session.execute(select(Author.id)).first().keys())
        attempt("row str idx", lambda: session.execute(select(Author.id)).first()["id"])
        attempt("declarative_base", lambda: __import__("sqlalchemy.ext.declarative", fromlist=["x"]).declarative_base() and 1)
        attempt("Query.update", lambda: q.filter(Author.id == 99).update({"name": "x"}))
        attempt("typo1", lambda: session.quary(Author))
        attempt("typo2", lambda: q.fliter(1))
        attempt("typo3", lambda: select(Author).first())
        attempt("typo4", lambda: select(Author).filterby(id=1))
        attempt("typo5", lambda: session.execute(select(Author)).scalar_ones())
        attempt("typo6", lambda: session.scalars(select(Author)).scalars())
        attempt("typo7", lambda: joinedload(Author.books).filter(Book.id == 1))
        attempt("typo8", lambda: engine.exec())
        attempt("typo9", lambda: session.execute(select(Author)).filter(1))
        attempt("typo10", lambda: Author.__table__.columns_)
        attempt("typo11", lambda: session.scalars(select(Author)).one_or_non())
        attempt("typo13", lambda: Author.__table__.c.id.isnull())
        attempt("typo14", lambda: inspect(Author).relationshipz)
        attempt("typo15", lambda: inspect(session.get(Author, 1)).persistant)
        attempt("typo16", lambda: Author.books.filter(1))
        attempt("typo17", lambda: Author.name.lower())
        attempt("typo18", lambda: aliased(Author).nme)
        attempt("typo19", lambda: sessionmaker(engine).query)
        attempt("typo21", lambda: Base.metadata.create)
        attempt("typo24", lambda: engine.connect().query(1))
        attempt("typo25", lambda: session.get(Author, 1).boks)
        attempt("typo26", lambda: session.get(Author, 1).books.order_by(1))
        attempt("typo27", lambda: session.query(Author.name).one_or_none().name)
for w in seen:
    print(w.category.__name__, str(w.message))
