# objects in criteria: compared, contained, as parents
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
    select,
    Table,
    text,
    update,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    deferred,
    Mapped,
    mapped_column,
    relationship,
    Session,
    with_parent,
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


class Node(Base):
    __tablename__ = "nodes"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    data: Mapped[Optional[str]] = mapped_column(deferred=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("nodes.id"))
    children: Mapped[list["Node"]] = relationship(back_populates="parent", order_by="Node.id", join_depth=2)
    parent: Mapped[Optional["Node"]] = relationship(back_populates="children", remote_side=[id])


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
    s.execute(insert(Node), [{"id": i, "name": f"n{i}", "data": f"d{i}", "parent_id": p} for i, p in [(1, None), (2, 1), (3, 1), (4, 2), (5, 4), (6, None), (7, 6), (8, 5)]])
    s.execute(insert(Order), [{"region": "eu", "number": 1, "note": "a"}, {"region": "eu", "number": 2, "note": None}, {"region": "us", "number": 1, "note": "c"}])
    s.execute(insert(Line), [{"id": i, "pos": p, "what": w, "region": r, "number": n} for i, p, w, r, n in [(1, 2, "x", "eu", 1), (2, 1, "y", "eu", 1), (3, 1, "z", "us", 1), (4, 1, "q", None, None), (5, 1, "h", "eu", None)]])
    s.commit()

s = Session(engine)

# late bind
a = s.get(Author, 1)
s.commit()
q = select(Book).where(Book.author == a)
print('built')
print(s.scalars(q).all())
print(s.scalars(select(Author).where(Author.books.contains(s.get(Book, 3)))).all())
s.close()

# late detached
a = s.get(Author, 1)
s.commit()
s.expunge(a)
try:
    print(s.scalars(select(Book).where(Book.author == a)).all())
except Exception as e:
    print(type(e).__name__, str(e)[:60])
a = s.get(Author, 2)
s.expunge(a)
print(s.scalars(select(Book).where(Book.author == a)).all())
s.close()

# late transient
a = Author(name='zz')
try:
    print(s.scalars(select(Book).where(Book.author == a)).all())
except Exception as e:
    print(type(e).__name__, str(e)[:80])
a.id = 1
print(s.scalars(select(Book).where(Book.author == a)).all())
p = Author(id=77, name='pend')
s.add(p)
print(s.scalars(select(Book).where(Book.author == p)).all())
s.close()

# late update
a = s.get(Author, 1)
print(s.execute(update(Book).where(Book.author == a).values(pages=1)).rowcount, s.query(Book).filter(Book.author == a).all(), s.query(Book).filter_by(author=a).count(), s.query(Book).with_parent(a).all())
s.close()

# with parent 1x
t = s.get(Tag, 1)
print(s.query(Book).with_parent(t, Tag.books).all())
print(s.scalars(select(Book).where(with_parent(s.get(Publisher, 1), Publisher.books))).all())
s.close()

# rel ne none
print(s.scalars(select(Review).where(Review.book != None)).all(), s.scalars(select(Line).where(Line.order == None)).all(), s.scalars(select(Order).where(Order.lines == None)).all() if True else 0)
s.close()

# rel errors
for f in (lambda: Author.books == s.get(Book, 1), lambda: Book.author.any(), lambda: Author.books.has(), lambda: Book.author.contains(1), lambda: Book.author == 5, lambda: Book.author.in_([1]), lambda: Author.books.any(zzz=1), lambda: Book.author > 3):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e)[:150])
s.close()

# rel compare
a = s.get(Author, 1)
b = s.get(Book, 1)
o = s.get(Order, ('eu', 1))
t = s.get(Tag, 1)
n = s.get(Node, 1)
print(s.scalars(select(Book).where(Book.author == a)).all(), s.scalars(select(Book).where(Book.author != a)).all(), s.scalars(select(Book).where(Book.author == None)).all(), s.scalars(select(Book).where(Book.author != None)).all())
print(s.scalars(select(Author).where(Author.books.contains(b))).all(), s.scalars(select(Book).where(Book.tags.contains(t))).all(), s.scalars(select(Line).where(Line.order == o)).all(), s.scalars(select(Line).where(Line.order != o)).all())
print(s.scalars(select(Book).where(with_parent(a, Author.books))).all(), s.scalars(select(Book).where(with_parent(t, Tag.books))).all())
print(s.scalars(select(Node).where(Node.parent == n)).all(), s.scalars(select(Node).where(Node.children.contains(n))).all(), s.scalars(select(Author).where(Author.profile == None)).all(), s.scalars(select(Author).where(Author.profile != None)).all())
p = s.get(Profile, 1)
print(s.scalars(select(Author).where(Author.profile == p)).all(), s.scalars(select(Author).where(Author.profile != p)).all())
print(s.scalars(select(Book).where(~Book.tags.contains(t))).all())
s.close()
