# by which names rows know their values
# strategies: none
from typing import Optional
from sqlalchemy import (
    and_,
    Column,
    column,
    create_engine,
    desc,
    ForeignKey,
    func,
    insert,
    inspect,
    join,
    LABEL_STYLE_NONE,
    LABEL_STYLE_TABLENAME_PLUS_COL,
    literal,
    literal_column,
    outerjoin,
    select,
    Table,
    text,
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

# labels dup
q = select(Author.id, Book.id, Author.name, Book.title).join(Book, Author.id == Book.author_id)
r = s.execute(q)
print(r.keys())
print(r.first()._mapping if True else 0)
s.close()

# labels dup same
q = select(Author.id, Author.id, Author.name.label('n'), Author.name.label('n'))
r = s.execute(q)
print(list(r.keys()))
print(r.first())
s.close()

# labels dup style
q = select(Author.id, Book.id).join(Author.books).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
r = s.execute(q)
print(list(r.keys()))
print(r.all())
s.close()

# labels none
q = select(Author.id, Book.id).join(Author.books).set_label_style(LABEL_STYLE_NONE)
r = s.execute(q)
print(list(r.keys()))
print(r.all())
s.close()

# literal column
q = select(literal_column('1 + 1'), literal_column("'a'").label('a'), text('authors.name')).select_from(Author)
r = s.execute(q)
print(list(r.keys()))
print(r.all())
s.close()

# aliased subquery entity
sub = select(Author).where(Author.id < 3).subquery()
A = aliased(Author, sub)
q = select(A).options(selectinload(A.books).joinedload(Book.reviews))
for a in s.scalars(q):
    print(a, [(b, b.reviews) for b in a.books])
q = select(A, Book).join(A.books).order_by(A.name, Book.title)
print(s.execute(q).all(), list(s.execute(q).keys()))
A = aliased(Author, sub, name='aa')
print(list(s.execute(select(A, A.name, A.id.label('z'))).keys()))
s.close()

# mappings
r = s.execute(select(Author, Book.title, Book.pages.label('p')).join(Author.books))
for m in r.mappings():
    print(dict(m), m['Author'], m[Book.title] if False else m['title'], m.keys())
s.close()

# row access
r = s.execute(select(Author, Author.name, Book.title.label('t')).join(Author.books)).first()
print(r.Author, r.name, r.t, r[0], r[-1], r._fields, r._asdict(), r._mapping[Author], r._mapping[Author.name], r._tuple(), len(r), tuple(r), r.t, r.count('x'), r.index('Ursula'))
try:
    r.zzz
except AttributeError as e:
    print(e)
try:
    r._mapping['zzz']
except Exception as e:
    print(type(e), e)
s.close()

# q select from
q = s.query(func.count(Book.id), Author.name).select_from(Author).outerjoin(Book).group_by(Author.name).having(func.count(Book.id) > 0).order_by(Author.name)
print(q.all())
r = q.first()
print(r, r._fields)
print(s.query(Book.title).select_from(Author).join(Author.books).filter(Author.name == 'Iain').all())
s.close()

# mappings more
r = s.execute(select(Author.id, Author.name).order_by(Author.id)).mappings()
print(r.first())
print(s.execute(select(Author.id.label('i'))).mappings().all(), s.execute(select(Author)).mappings().fetchone(), s.execute(select(Author.id)).mappings().one() if False else 0)
m = s.execute(select(Author.id, Author.name)).mappings().first()
print(m.id if hasattr(m, 'id') else 'no', 'id' in m, len(m), list(m.items()), m == {'id': 1, 'name': 'Ursula'}, {**m})
s.close()

# names of what comes of a mapped class by way of a subquery
sub = select(Book).subquery()
table = Book.__table__
for query in (
    select(func.count()).select_from(sub),
    select(func.count()).select_from(table),
    select(func.max(sub.c.pages), sub.c.pages + 1),
    select(func.max(table.c.pages), table.c.pages + 1),
    select(func.count()).where(Book.id > 1),
    select(func.count()).select_from(select(Book).cte("c")),
    select(select(func.count(Book.id)).scalar_subquery()),
    select(func.row_number().over(order_by=Book.id)),
):
    print(s.execute(query).keys())
s.close()
