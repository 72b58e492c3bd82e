# criteria of options that hold for a class wherever a statement reads it
# strategies: none
from typing import Optional
from sqlalchemy import (
    alias,
    and_,
    Column,
    create_engine,
    desc,
    event,
    ForeignKey,
    func,
    insert,
    inspect,
    join,
    outerjoin,
    select,
    Table,
    text,
    union,
)
from sqlalchemy.orm import (
    aliased,
    DeclarativeBase,
    deferred,
    joinedload,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
    subqueryload,
    with_loader_criteria,
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

# wlc basic
q = select(Author).options(with_loader_criteria(Author, Author.country == 'US'))
for p in s.scalars(q):
    print(p, p.books)
s.close()

# wlc lambda
q = select(Author).options(with_loader_criteria(Book, lambda cls: cls.pages > 150), selectinload(Author.books))
for p in s.scalars(q):
    print(p, p.books)
s.close()

# wlc lazy
q = select(Author).options(with_loader_criteria(Book, Book.pages > 150))
for p in s.scalars(q):
    print(p, p.books, [b.tags for b in p.books])
s.close()

# wlc joined
q = select(Author).options(with_loader_criteria(Book, Book.pages > 150), joinedload(Author.books))
for p in s.scalars(q).unique():
    print(p, p.books)
s.close()

# wlc alias
A = aliased(Author)
for inc in (True, False):
    q = select(A).options(with_loader_criteria(Author, Author.country == 'US', include_aliases=inc))
    for p in s.scalars(q):
        print(p)
s.close()

# wlc join
q = select(Author).join(Author.books).options(with_loader_criteria(Book, Book.pages > 200))
print(s.scalars(q).all())
q = select(Author.name, Book.title).outerjoin(Author.books).options(with_loader_criteria(Book, Book.pages > 200))
print(s.execute(q).all())
q = select(Author.name, Book.title).join(Book, Author.id == Book.author_id).options(with_loader_criteria(Book, Book.pages > 200))
print(s.execute(q).all())
s.close()

# wlc noprop
q = select(Author).options(with_loader_criteria(Book, Book.pages > 200, propagate_to_loaders=False))
for p in s.scalars(q):
    print(p, p.books)
s.close()

# wlc sub
q = select(Author).options(with_loader_criteria(Book, Book.pages > 200), subqueryload(Author.books))
for p in s.scalars(q):
    print(p, p.books)
s.close()

# wlc get
q = select(Book).options(with_loader_criteria(Author, Author.country == 'US'))
for p in s.scalars(q):
    print(p, p.author)
s.close()

# wlc event
@event.listens_for(s, 'do_orm_execute')
def _(st):
    if st.is_select and (not st.is_column_load) and (not st.is_relationship_load):
        st.statement = st.statement.options(with_loader_criteria(Book, Book.pages > 150))
for p in s.scalars(select(Author)):
    print(p, p.books)
print(s.scalars(select(Book)).all())
s.close()

# wlc subquery
sub = select(Book).subquery()
q = select(func.count()).select_from(sub).options(with_loader_criteria(Book, Book.pages > 150))
print(s.execute(q).all())
q = select(Author).where(Author.id.in_(select(Book.author_id))).options(with_loader_criteria(Book, Book.pages > 240))
print(s.execute(q).all())
q = select(Author).where(Author.books.any()).options(with_loader_criteria(Book, Book.pages > 240))
print(s.execute(q).all())
s.close()

# wlc union
q = select(Book).where(Book.id < 3).union(select(Book).where(Book.id > 4)).subquery()
B = aliased(Book, q)
print(s.scalars(select(B).options(with_loader_criteria(Book, Book.pages > 150, include_aliases=True))).all())
s.close()

# wlc columns
print(s.execute(select(Book.title, Book.pages).options(with_loader_criteria(Book, Book.pages > 150))).all())
print(s.execute(select(func.count(Book.id)).options(with_loader_criteria(Book, Book.pages > 150))).all())
print(s.query(Book).options(with_loader_criteria(Book, Book.pages > 150)).count())
s.close()

# wlc refresh
q = select(Author).options(with_loader_criteria(Author, Author.country == 'US'), with_loader_criteria(Book, Book.pages > 150))
a = s.scalars(q).one()
s.refresh(a)
s.expire(a)
print(a.name, a.books)
s.close()
