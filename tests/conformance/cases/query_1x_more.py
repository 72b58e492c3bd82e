# more of the 1.x query
# strategies: none
from typing import List, Optional
from sqlalchemy import (
    Column, ForeignKey, String, Table, and_, create_engine, func, insert, literal, null, or_, text, true,
)
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, contains_eager, joinedload, mapped_column, relationship,
    selectinload,
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
    q = session.query(Author).join(Author.books).outerjoin(Book.publisher).filter(Publisher.name.in_(["North", "South"])).order_by(Author.name, Book.title)
    print(q.all(), q.distinct().count(), q.with_entities(Book.title, Publisher.name).all())
    B = aliased(Book)
    print(session.query(Author, B).join(B, Author.books).filter(B.year > 1992).order_by(B.id).all())
    print(session.query(Author).options(joinedload(Author.books).subqueryload(Book.tags), selectinload(Author.bio)).filter(Author.id < 3).order_by(Author.id.desc()).all())
    print(session.query(Author).options(contains_eager(Author.books)).join(Author.books).filter(Book.year < 1993).populate_existing().all()[0].books)
    sq = session.query(func.max(Book.year).label("m")).filter(Book.author_id == Author.id).correlate(Author).as_scalar() if False else session.query(func.max(Book.year).label("m")).filter(Book.author_id == Author.id).correlate(Author).scalar_subquery()
    print(session.query(Author.name, sq).order_by(Author.name).all())
    print(session.query(Author).filter(Author.books.any(Book.title.like("T%"))).filter(~Author.bio.has()).one().name)
    print(session.query(Book).filter(Book.author.has(name="Ada")).order_by(Book.id.desc()).first(), session.query(Book).filter(Book.author.has(Author.country == "UK"), Book.year != 1991).count())
    print(session.query(Book.author_id, func.count()).group_by(Book.author_id).having(func.count() > 2).all(), session.query(func.count(Book.id)).scalar())
    for row in session.query(Author.name.label("who"), Book.title).select_from(Book).join(Book.author).order_by(Book.id).limit(2):
        print(row.who, row.title, row._asdict())
    print(session.query(Book).get(3) if False else session.get(Book, 3), session.query(Author).filter(Author.name == "Ada").update({"country": "GB"}, synchronize_session="evaluate"), session.get(Author, 1).country)
    print(session.query(Review).filter(Review.stars < 2).delete(synchronize_session="fetch"), session.query(Review).count())
    print([b.title for b in session.query(Book).order_by(Book.year.desc()).slice(1, 3)], session.query(Book).order_by(Book.id)[1:3], session.query(Book).order_by(Book.id).limit(2).offset(1).all())
    print(session.query(Author).filter(Author.id.in_(session.query(Book.author_id).filter(Book.year > 1993))).all())
    print(session.query(session.query(Book).filter(Book.year > 2999).exists()).scalar(), session.query(Author).filter(or_(Author.name == "Bob", and_(Author.id > 2, Author.country != None))).all())
    print(session.query(Author).with_parent(session.get(Book, 1)) if False else "", session.query(Book).with_parent(session.get(Author, 1), Author.books).count() if False else "")
    attempt("limit filter", lambda: session.query(Author).limit(1).filter(Author.id == 1).all())
    attempt("one", lambda: session.query(Author).filter_by(id=77).one())
    attempt("multiple", lambda: session.query(Author).one_or_none())
    attempt("bad join", lambda: session.query(Author).join(Tag).all())
    attempt("bad entity", lambda: session.query(3).all())
    attempt("update join", lambda: session.query(Author).join(Author.books).update({"name": "x"}))
    print(session.query(Author).filter_by(name="Ada").with_entities(func.upper(Author.name)).scalar(), session.query(Author.id, Author.name).filter_by(id=1).one()._mapping["name"], session.query(Author).enable_eagerloads(False).first())
    print(str(session.query(Author).filter(Author.id == 1)), session.query(Author).statement.compile().params, session.query(Author).whereclause)
    print([type(x).__name__ for x in session.query(Author, Book).join(Author.books).first()], session.query(Author).execution_options(yield_per=1).all())
    print(session.query(literal(1), null(), true()).all(), session.query(Author.id + 1).order_by(1).all() if False else "")
