# refresh, populate_existing and keys that are partly NULL
# strategies: none
from typing import Optional
from sqlalchemy import (
    and_,
    Column,
    create_engine,
    desc,
    ForeignKey,
    ForeignKeyConstraint,
    insert,
    inspect,
    join,
    null,
    select,
    Table,
    text,
)
from sqlalchemy.orm import (
    composite,
    DeclarativeBase,
    defer,
    deferred,
    immediateload,
    joinedload,
    lazyload,
    Mapped,
    mapped_column,
    raiseload,
    relationship,
    selectinload,
    Session,
    subqueryload,
)


class Base(DeclarativeBase):
    def __repr__(self):
        return f"{type(self).__name__}({','.join(str(k) for k in inspect(self).identity or ())})"


book_tags = Table("book_tags", Base.metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True), Column("tag_id", ForeignKey("tags.id"), primary_key=True))


class Publisher(Base):
    __tablename__ = "publishers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="publisher", order_by="Book.title.desc()")


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[Optional[str]]
    bio: Mapped[Optional[str]] = mapped_column(deferred=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")
    profile: Mapped[Optional["Profile"]] = relationship(back_populates="author", uselist=False)
    long_books: Mapped[list["Book"]] = relationship(primaryjoin="and_(Author.id == Book.author_id, Book.pages > 150)", viewonly=True, order_by="Book.pages")


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), unique=True)
    author: Mapped["Author"] = relationship(back_populates="profile")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int] = mapped_column(default=100)
    author_id: Mapped[Optional[int]] = mapped_column(ForeignKey("authors.id"))
    publisher_id: Mapped[Optional[int]] = mapped_column(ForeignKey("publishers.id"))
    author: Mapped[Optional["Author"]] = relationship(back_populates="books")
    publisher: Mapped[Optional["Publisher"]] = relationship(back_populates="books")
    reviews: Mapped[list["Review"]] = relationship(back_populates="book", order_by="Review.id")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tags, back_populates="books", order_by="Tag.name")


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    text: Mapped[Optional[str]]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    book: Mapped["Book"] = relationship(back_populates="reviews", innerjoin=True)


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(secondary=book_tags, back_populates="tags", order_by="Book.id")


class Order(Base):
    __tablename__ = "orders"
    region: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[Optional[str]]
    lines: Mapped[list["Line"]] = relationship(back_populates="order", order_by="Line.pos")


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    pos: Mapped[int]
    what: Mapped[str]
    region: Mapped[Optional[str]]
    number: Mapped[Optional[int]]
    order: Mapped[Optional["Order"]] = relationship(back_populates="lines")
    __table_args__ = (ForeignKeyConstraint(["region", "number"], ["orders.region", "orders.number"]),)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.execute(insert(Publisher), [{"id": 1, "name": "Ace"}, {"id": 2, "name": "Orbit"}])
    s.execute(insert(Author), [{"id": 1, "name": "Ursula", "country": "US", "bio": "b1"}, {"id": 2, "name": "Iain", "country": "UK", "bio": "b2"}, {"id": 3, "name": "Nobody"}, {"id": 4, "name": "Stan", "country": "PL", "bio": "b4"}])
    s.execute(insert(Profile), [{"id": 1, "text": "p1", "author_id": 1}, {"id": 2, "text": "p2", "author_id": 2}])
    s.execute(insert(Book), [{"id": i, "title": t, "pages": p, "author_id": a, "publisher_id": pu} for i, t, p, a, pu in [
        (1, "Rocannon", 122, 1, 1), (2, "Lathe", 184, 1, 1), (3, "Wasp", 244, 2, 2), (4, "Beowulf", 90, None, None), (5, "Solaris", 204, 4, None), (6, "Tehanu", 226, 1, 2)]])
    s.execute(insert(Review), [{"id": i, "stars": st, "text": x, "book_id": b} for i, st, x, b in [(1, 5, "good", 1), (2, 3, None, 1), (3, 4, "fine", 3), (4, 1, "bad", 5), (5, 5, "top", 6)]])
    s.execute(insert(Tag), [{"id": 1, "name": "sf"}, {"id": 2, "name": "old"}, {"id": 3, "name": "epic"}])
    s.execute(insert(book_tags), [{"book_id": b, "tag_id": t} for b, t in [(1, 1), (2, 1), (2, 2), (3, 1), (4, 2), (4, 3), (6, 3)]])
    s.execute(insert(Order), [{"region": "eu", "number": 1, "note": "a"}, {"region": "eu", "number": 2, "note": None}, {"region": "us", "number": 1, "note": "c"}])
    s.execute(insert(Line), [{"id": i, "pos": p, "what": w, "region": r, "number": n} for i, p, w, r, n in [(1, 2, "x", "eu", 1), (2, 1, "y", "eu", 1), (3, 1, "z", "us", 1), (4, 1, "q", None, None), (5, 1, "h", "eu", None)]])
    s.commit()

s = Session(engine)

# refresh attrs
a = s.scalars(select(Author).options(joinedload(Author.books)).where(Author.id == 1)).unique().one()
s.refresh(a, ['name'])
s.refresh(a, ['books'])
s.refresh(a, ['books', 'country'])
s.refresh(a, attribute_names=['bio'])
print(a.bio)
s.refresh(a)
print(a.books, a.profile)
try:
    s.refresh(a, ['zzz'])
except Exception as e:
    print(type(e).__name__, e)
s.close()

# refresh rel strategies
for st in (selectinload, joinedload, subqueryload, immediateload, lazyload, raiseload):
    a = s.scalars(select(Author).options(st(Author.books)).where(Author.id == 1)).unique().one()
    try:
        s.refresh(a)
        print(st.__name__, a.books if st is not raiseload else 0)
        s.refresh(a, ['books'])
        print(a.books)
    except Exception as e:
        print(e)
    s.expunge_all()
s.close()

# populate existing nested
a = s.get(Author, 1)
b = a.books[0]
b.title = 'X'
b.pages = 1
with s.no_autoflush:
    q = select(Author).where(Author.id == 1).options(selectinload(Author.books).selectinload(Book.reviews)).execution_options(populate_existing=True)
    s.scalars(q).one()
    print(b.title, b.pages, b in s.dirty)
s.close()

# populate existing deferred
a = s.get(Author, 1)
print(a.bio)
a2 = s.scalars(select(Author).where(Author.id == 1).execution_options(populate_existing=True)).one()
print('bio' in a.__dict__, a.bio)
a2 = s.scalars(select(Author).where(Author.id == 1).options(defer(Author.name)).execution_options(populate_existing=True)).one()
print('name' in a.__dict__, a.name)
s.close()

# null fk composite
l = s.get(Line, 4)
print(l.order)
l = s.get(Line, 5)
print(l.order)
l = s.get(Line, 1)
print(l.order, l.order.lines)
for st in (selectinload, joinedload, subqueryload, immediateload):
    print([(l, l.order) for l in s.scalars(select(Line).options(st(Line.order)).execution_options(populate_existing=True))])
s.close()

# existing loaded joined
a = s.get(Author, 1)
a.books
print(s.scalars(select(Author).options(joinedload(Author.books).selectinload(Book.tags))).unique().all(), [b.tags for b in a.books])
s.close()

# existing loaded sub
a = s.get(Author, 1)
a.books
print(s.scalars(select(Author).options(subqueryload(Author.books).subqueryload(Book.tags))).unique().all(), [b.tags for b in a.books])
s.close()

# get partial none
print(s.get(Order, ('eu', None)))
s.close()

# defer pk
a = s.scalars(select(Author).options(defer(Author.id), defer(Author.country))).all()
print(a, a[0].country)
s.close()
