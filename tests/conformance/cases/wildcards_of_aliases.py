# wildcards and load_only on an alias and on its class
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
    defer,
    deferred,
    joinedload,
    lazyload,
    Load,
    load_only,
    Mapped,
    mapped_column,
    raiseload,
    relationship,
    selectinload,
    Session,
    undefer,
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

# alias defer
A = aliased(Author)
q = select(A, Author).where(A.id == Author.id).options(defer(A.name))
for a, b in s.execute(q):
    print(a is b, 'name' in a.__dict__)
s.close()

# alias defer2
A = aliased(Author)
q = select(A, Author).where(A.id == Author.id - 1).options(load_only(A.name))
for a, b in s.execute(q):
    print(a, b, sorted((k for k in a.__dict__ if k[0] != '_')), sorted((k for k in b.__dict__ if k[0] != '_')))
s.close()

# alias defer3
A = aliased(Author)
q = select(Author, A).where(A.id == Author.id - 1).options(load_only(Author.name), defer(A.country))
for a, b in s.execute(q):
    print(a, b, sorted((k for k in a.__dict__ if k[0] != '_')), sorted((k for k in b.__dict__ if k[0] != '_')))
s.close()

# alias opts sep
A = aliased(Author)
q = select(Author, A).join(A, A.id == Author.id + 1).options(selectinload(Author.books), joinedload(A.profile))
for a, b in s.execute(q):
    print(a, b, 'books' in a.__dict__, 'books' in b.__dict__, 'profile' in b.__dict__)
s.close()

# load wild cols
q = select(Book, Author).join(Book.author).options(Load(Book).load_only(Book.title), Load(Author).defer('*'), Load(Author).undefer(Author.bio))
for b, a in s.execute(q):
    print(sorted((k for k in b.__dict__ if k[0] != '_')), sorted((k for k in a.__dict__ if k[0] != '_')))
s.close()

# siblings conflict
for f in (lambda: select(Author).options(joinedload(Author.books), selectinload(Author.books)), lambda: select(Author).options(selectinload(Author.books), defaultload(Author.books).joinedload(Book.reviews)), lambda: select(Author).options(selectinload(Author.books), selectinload(Author.books).joinedload(Book.reviews)), lambda: select(Author).options(selectinload(Author.books).raiseload('*'), selectinload(Author.books).selectinload(Book.reviews)), lambda: select(Author).options(raiseload('*'), selectinload(Author.books)), lambda: select(Author).options(selectinload(Author.books), raiseload('*')), lambda: select(Author).options(lazyload('*'), joinedload(Author.books)), lambda: select(Author).options(joinedload(Author.books)).options(lazyload(Author.books)), lambda: select(Author).options(raiseload(Author.books), raiseload(Author.books, sql_only=True))):
    s.expunge_all()
    try:
        for a in s.scalars(f()).unique().all()[:2]:
            print(a, a.books)
            for b in a.books[:1]:
                print(b.reviews)
                print(b.tags)
    except Exception as e:
        print(type(e).__name__, e)
s.close()
