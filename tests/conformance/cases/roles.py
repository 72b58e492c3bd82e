# what may stand where, and what is said of the rest
# strategies: none
from typing import List, Optional
from sqlalchemy import (
    Column, ForeignKey, Integer, String, Table, and_, asc, case, cast, create_engine, delete, desc, exists,
    func, insert, not_, or_, select, text, union, update,
)
from sqlalchemy.orm import (
    DeclarativeBase, Load, Mapped, Session, aliased, contains_eager, defer, joinedload, load_only,
    mapped_column, relationship, selectinload, with_expression,
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

with Session(engine) as s:
    class Thing:
        def __repr__(self):
            return "<thing>"
    t = Tag.__table__
    sub = select(Book).subquery()
    attempt("where1", lambda: select(Author).where(3))
    attempt("where2", lambda: select(Author).where(Author))
    attempt("where3", lambda: select(Author).where(Thing()))
    attempt("where5", lambda: str(select(Author).where(None)))
    attempt("where6", lambda: str(select(Author).where(True)))
    attempt("where7", lambda: str(select(Author).where(False)))
    attempt("where8", lambda: str(select(Author).where(Author.books)))
    attempt("where9", lambda: select(Author).where(sub))
    attempt("where10", lambda: select(Author).where(Author.id))
    attempt("where11", lambda: str(select(Author).where(select(Book.id))))
    attempt("where12", lambda: str(select(Author).where(Author.id, Author.name)))
    attempt("having", lambda: select(Author).having(3))
    attempt("order1", lambda: select(Author).order_by(Author))
    attempt("order2", lambda: select(Author).order_by(3))
    attempt("order3", lambda: select(Author).order_by(Thing()))
    attempt("order4", lambda: str(select(Author).order_by("name")))
    attempt("order5", lambda: str(select(Author).order_by("nope")))
    attempt("order6", lambda: str(select(Author).order_by(t)))
    attempt("order7", lambda: str(select(Author).order_by(Author.books)))
    attempt("group1", lambda: select(Author).group_by(Author))
    attempt("group2", lambda: select(Author).group_by(3))
    attempt("cols1", lambda: select(3))
    attempt("cols2", lambda: select("name"))
    attempt("cols3", lambda: select(Thing()))
    attempt("cols4", lambda: select(Thing))
    attempt("cols5", lambda: select([Author.id]))
    attempt("cols6", lambda: select((Author.id, Author.name)))
    attempt("cols7", lambda: select(None))
    attempt("from1", lambda: select(Author).select_from(3))
    attempt("from2", lambda: select(Author).select_from("authors"))
    attempt("join1", lambda: str(select(Author).join(3)))
    attempt("join2", lambda: str(select(Author).join("books")))
    attempt("join3", lambda: str(select(Author).join(Thing)))
    attempt("join4", lambda: str(select(Author).join(Book, 3)))
    attempt("join5", lambda: str(select(Author).join(Book, "x")))
    attempt("join6", lambda: str(select(Author).join(Author.name)))
    attempt("join7", lambda: str(select(Author).join(Book.reviews)))
    attempt("join8", lambda: str(select(Author).join(Tag)))
    attempt("join9", lambda: str(select(Author.name).join_from(Author, Tag)))
    attempt("in1", lambda: Author.id.in_(3))
    attempt("in2", lambda: Author.id.in_("abc"))
    attempt("in3", lambda: Author.id.in_(None))
    attempt("in4", lambda: str(Author.id.in_([])))
    attempt("in5", lambda: str(Author.id.in_([1, None])))
    attempt("in6", lambda: str(Author.id.in_({1})))
    attempt("in7", lambda: str(Author.id.in_([Author.id, 3])))
    attempt("in8", lambda: str(Author.id.in_(Book)))
    attempt("in9", lambda: str(Author.id.in_(select(Book.author_id))))
    attempt("in10", lambda: str(Author.id.in_(t)))
    attempt("and1", lambda: and_(3, Author.id == 1))
    attempt("and2", lambda: str(and_("x", Author.id == 1)))
    attempt("and3", lambda: str(and_(Author.id == 1, True)))
    attempt("and4", lambda: str(or_(Author.id == 1, True)))
    attempt("and5", lambda: str(or_(Author.id == 1, False)))
    attempt("and6", lambda: str(and_()))
    attempt("not1", lambda: not_(3))
    attempt("not2", lambda: str(not_(Author.name)))
    attempt("func1", lambda: str(func.max(Author)))
    attempt("func2", lambda: str(func.max(Thing())))
    attempt("func4", lambda: str(func.count(t)))
    attempt("eq1", lambda: str(Author.id == Author))
    attempt("eq2", lambda: str(Author.id == t))
    attempt("eq3", lambda: str(Author.id == sub))
    attempt("eq4", lambda: str(Author.id == select(Book.id)))
    attempt("eq5", lambda: str(Author.id == Thing()))
    attempt("limit", lambda: select(Author).limit("x"))
    attempt("limit2", lambda: str(select(Author.id).limit("3")))
    attempt("limit3", lambda: select(Author).limit(Thing()))
    attempt("case1", lambda: case(3))
    attempt("case2", lambda: case([(Author.id == 1, 2)]))
    attempt("case3", lambda: str(case((Author.id == 1, "a"), else_="b")))
    attempt("case4", lambda: str(case({1: "a"}, value=Author.id)))
    attempt("case5", lambda: case())
    attempt("cast1", lambda: str(cast(Author.id, String)))
    attempt("cast2", lambda: str(cast(3, Integer)))
    attempt("union1", lambda: str(union(select(Author.id), 3)))
    attempt("union2", lambda: str(union(select(Author.id), select(Book.id, Book.title))))
    attempt("union3", lambda: str(union(select(Author.id), t)))
    attempt("ins1", lambda: insert(3))
    attempt("ins2", lambda: insert("x"))
    attempt("ins3", lambda: str(insert(Thing)))
    attempt("upd", lambda: update(Thing()))
    attempt("del", lambda: delete(None))
    attempt("alias", lambda: aliased(Thing))
    attempt("alias2", lambda: aliased(3))
    attempt("label", lambda: str(Author.name.label("q") == 3))
    attempt("opt1", lambda: select(Author).options(3))
    attempt("opt2", lambda: select(Author).options("books"))
    attempt("opt4", lambda: joinedload(Author))
    attempt("opt5", lambda: joinedload(3))
    attempt("opt6", lambda: Load(Thing))
    attempt("opt7", lambda: selectinload(Author.books).joinedload("x"))
    attempt("opt8", lambda: joinedload())
    attempt("opt9", lambda: defer("x"))
    attempt("opt10", lambda: load_only())
    attempt("opt11", lambda: contains_eager("books"))
    attempt("opt12", lambda: selectinload(Author.books, Book.tags))
    attempt("opt13", lambda: with_expression(Author.name, 3))
    attempt("filter_by1", lambda: select(Author.id).filter_by(nope=1))
    attempt("filter_by2", lambda: select(func.count()).filter_by(nope=1))
    attempt("filter_by3", lambda: select(t).filter_by(nope=1))
    attempt("text1", lambda: text(3))
    attempt("desc", lambda: str(select(Author.id).order_by(desc("name"), asc(Author.id))))
    attempt("corr", lambda: str(select(Author.id).correlate(3)))
    attempt("exists", lambda: str(exists(3)))
    attempt("scalar", lambda: str(select(Author.id, Author.name).scalar_subquery()))
    attempt("subq", lambda: select(Author).c.id)
    attempt("subq2", lambda: select(Author).subquery().c.nope)
    attempt("getattr", lambda: Author.id.nope)
    attempt("getattr2", lambda: Author.books.nope)
    attempt("getattr3", lambda: t.c.nope)
    attempt("getattr4", lambda: aliased(Author).nope)
    attempt("getitem", lambda: t.c["nope"])
    attempt("bool1", lambda: bool(Author.id == 1))
    attempt("bool2", lambda: bool(Author.id))
    attempt("bool3", lambda: Author.id == 1 and Author.name == "x")
    attempt("bool4", lambda: bool(Author.id == Author.id))
    attempt("bool5", lambda: bool(t))
    attempt("bool6", lambda: bool(select(Author)))
    attempt("bool7", lambda: bool(Author.books))
    attempt("iter", lambda: list(Author.name))
    attempt("contains", lambda: "x" in Author.name)
    attempt("len", lambda: len(Author.name))
    attempt("any", lambda: Author.books.any(3))
    attempt("any2", lambda: Author.books.any(nope=3))
    attempt("has", lambda: Book.author.has(Author.name))
    attempt("has2", lambda: Author.books.has())
    attempt("contains2", lambda: Book.author.contains(3))
    attempt("contains3", lambda: Author.books.contains(3))
    attempt("releq", lambda: Book.author == 3)
    attempt("relin", lambda: Book.author.in_([1]))
    attempt("rellike", lambda: Book.author.like("x"))
    attempt("rellt", lambda: Book.author < 3)
    attempt("relorder", lambda: Book.author.desc())
    attempt("releqc", lambda: Author.books == [])
    attempt("releqn", lambda: str(Author.books == None))
    attempt("releqn", lambda: str(Author.books != None))
    attempt("oftype", lambda: Author.books.of_type(Tag))
    attempt("oftype", lambda: Author.books.of_type(3))
    attempt("and_", lambda: Author.books.and_(3))
