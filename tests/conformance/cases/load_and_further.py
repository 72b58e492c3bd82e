# criteria of .and_() in the loads that follow
# strategies: none
from typing import Optional
from sqlalchemy import (
    alias,
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
    aliased,
    DeclarativeBase,
    defaultload,
    deferred,
    immediateload,
    joinedload,
    lazyload,
    Mapped,
    mapped_column,
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
    s.commit()

s = Session(engine)

# and sel prop
q = select(Author).options(selectinload(Author.books.and_(Book.pages > 150)).selectinload(Book.author).selectinload(Author.books))
for a in s.scalars(q):
    print(a, a.books)
s.close()

# and lazy then lazy
q = select(Author).options(lazyload(Author.books.and_(Book.pages > 150)))
for a in s.scalars(q):
    print(a, a.books, [b.author for b in a.books], [b.tags for b in a.books], [t.books for b in a.books for t in b.tags])
s.close()

# and sel then lazy on
q = select(Author).options(selectinload(Author.books.and_(Book.pages > 150)))
for a in s.scalars(q):
    print(a, a.books, a.long_books, [b.tags for b in a.books], [t.books for b in a.books for t in b.tags])
s.close()

# and sub
q = select(Author).options(subqueryload(Author.books.and_(Book.pages > 150)))
for a in s.scalars(q).unique():
    print(a, a.books)
s.close()

# and imm
q = select(Author).options(immediateload(Author.books.and_(Book.pages > 150)))
for a in s.scalars(q).unique():
    print(a, a.books)
s.close()

# and m2m
q = select(Book).options(selectinload(Book.tags.and_(Tag.name != 'sf')))
for b in s.scalars(q):
    print(b, b.tags)
q = select(Book).options(joinedload(Book.tags.and_(Tag.name != 'sf'))).execution_options(populate_existing=True)
for b in s.scalars(q).unique():
    print(b, b.tags)
s.close()

# and expire
q = select(Author).options(selectinload(Author.books.and_(Book.pages > 150)))
l = s.scalars(q).all()
s.expire_all()
for a in l:
    print(a, a.books)
for a in l:
    s.refresh(a)
    print(a.books)
s.close()

# and default
q = select(Author).options(defaultload(Author.books.and_(Book.pages > 150)))
for p in s.scalars(q).unique():
    print(p, p.books)
s.close()

# and nested
q = select(Publisher).options(selectinload(Publisher.books.and_(Book.pages > 150)).selectinload(Book.reviews.and_(Review.stars > 3)))
for p in s.scalars(q):
    print(p, [(b, b.reviews) for b in p.books])
s.close()

# and alias
A = aliased(Author)
q = select(A).options(selectinload(A.books.and_(Book.pages > 150)))
for b in s.scalars(q):
    print(b, b.books)
s.close()

# and oftype
B = aliased(Book)
q = select(Author).options(joinedload(Author.books.of_type(B).and_(B.pages > 150)))
for b in s.scalars(q).unique():
    print(b, b.books)
q = select(Author).options(selectinload(Author.books.of_type(B).and_(B.pages > 150))).execution_options(populate_existing=True)
for b in s.scalars(q).unique():
    print(b, b.books)
s.close()
