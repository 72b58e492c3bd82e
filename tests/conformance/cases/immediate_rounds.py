# immediate loads that go round, and lead back
# strategies: none
from typing import Optional
from sqlalchemy import (
    and_,
    Column,
    create_engine,
    desc,
    ForeignKey,
    insert,
    inspect,
    join,
    select,
    Table,
    text,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    deferred,
    immediateload,
    Mapped,
    mapped_column,
    relationship,
    Session,
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
    s.commit()

s = Session(engine)

# imm recursion
q = select(Node).where(Node.parent_id == None).options(immediateload(Node.children, recursion_depth=2))

def walk(n, d=0):
    print(' ' * d, n)
    for c in n.children:
        walk(c, d + 1)
for n in s.scalars(q):
    walk(n)
s.close()

# imm recursion inf
q = select(Node).where(Node.parent_id == None).options(immediateload(Node.children, recursion_depth=-1))

def walk(n, d=0):
    print(' ' * d, n)
    for c in n.children:
        walk(c, d + 1)
for n in s.scalars(q):
    walk(n)
s.close()

# imm recursion all
q = select(Node).options(immediateload(Node.children, recursion_depth=1))

def walk(n, d=0):
    print(' ' * d, n)
    for c in n.children:
        walk(c, d + 1)
for n in s.scalars(q):
    walk(n)
s.close()

# imm recursion parent
q = select(Node).where(Node.id == 8).options(immediateload(Node.parent, recursion_depth=-1))
n = s.scalars(q).one()
while n:
    print(n)
    n = n.parent
s.close()

# imm recursion parent2
q = select(Node).options(immediateload(Node.parent, recursion_depth=1)).order_by(Node.id.desc())
for n in s.scalars(q):
    print(n, n.parent)
s.close()

# imm self
q = select(Node).options(immediateload(Node.parent), immediateload(Node.children))
for n in s.scalars(q):
    print(n, n.parent, n.children)
s.close()

# imm self nested
q = select(Node).where(Node.id < 3).options(immediateload(Node.children).immediateload(Node.parent))
for n in s.scalars(q):
    print(n, n.children)
s.close()

# imm self deep
q = select(Node).where(Node.id == 1).options(immediateload(Node.children).immediateload(Node.children).immediateload(Node.children))
for n in s.scalars(q):
    print(n, n.children)
s.close()

# imm bidi
q = select(Author).options(immediateload(Author.books).immediateload(Book.author))
for a in s.scalars(q):
    print(a, [(b, b.author) for b in a.books])
s.close()

# imm m2o
q = select(Book).options(immediateload(Book.author).immediateload(Author.books).immediateload(Book.tags))
for b in s.scalars(q):
    print(b, b.author, b.author and b.author.books, b.tags)
s.close()

# imm present
a = s.get(Author, 1)
a.books
q = select(Author).options(immediateload(Author.books).immediateload(Book.reviews))
for x in s.scalars(q):
    print(x, [(b, b.reviews) for b in x.books])
s.close()
