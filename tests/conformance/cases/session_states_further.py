# states, histories and what mappers tell
# strategies: none
from typing import List, Optional
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, String, Table, create_engine, insert, inspect, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, object_session, relationship


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
    a = Author(name="st")
    i = inspect(a)
    print(i.transient, i.pending, i.persistent, i.detached, i.deleted, i.identity, i.has_identity, i.modified)
    session.add(a)
    print(i.pending, a in session.new, session.new)
    session.flush()
    print(i.persistent, i.identity, i.identity_key[1], a in session.identity_map.values())
    a.name = "x"
    print(i.modified, i.attrs.name.history, i.attrs.name.value, i.attrs.country.loaded_value, session.dirty, session.is_modified(a))
    session.delete(a)
    print(a in session.deleted)
    session.flush()
    print(i.deleted, a in session)
    session.commit()
    print(i.detached, i.was_deleted)
    b = session.get(Book, 1)
    session.expunge(b)
    print(inspect(b).detached, object_session(b))
    session.add(b)
    sa.orm.make_transient(b)
    print(inspect(b).transient)
    b.id = None
    session.add(b)
    attempt("flush", lambda: session.flush())
    session.rollback()
    c = session.get(Book, 2)
    c.reviews
    h = inspect(c).attrs.reviews.history
    print(len(h.unchanged), h.added, h.deleted)
    r = c.reviews.pop()
    h = inspect(c).attrs.reviews.history
    print(len(h.deleted), len(h.unchanged))
    print(inspect(c).unmodified if False else sorted(inspect(c).unloaded), sorted(inspect(c).dict.keys() - {"_sa_instance_state"})[:4])
    m = inspect(Book)
    print(m.class_.__name__, m.local_table.name, [x.key for x in m.column_attrs], [x.key for x in m.relationships], [x.name for x in m.primary_key], m.attrs.keys()[:3], m.relationships["tags"].direction.name, m.relationships.author.mapper.class_.__name__)
    print(Book.__table__.c.keys(), Book.__table__.primary_key.columns.keys() if hasattr(Book.__table__.primary_key.columns, "keys") else "", [fk.target_fullname for fk in Book.__table__.c.author_id.foreign_keys], Book.title.type, Book.author.property.uselist, Book.title.property.columns[0].name)
    print(repr(Book.__table__.c.title), Book.__tablename__, str(Book.title), str(Book.author), Base.metadata.sorted_tables[0].name, list(Base.metadata.tables))
    attempt("two", lambda: Session(engine).add(c))
    attempt("merge", lambda: Session(engine).merge(c).title)
    c.title = "pending change"
    attempt("mergedirty", lambda: Session(engine).merge(c, load=False))
