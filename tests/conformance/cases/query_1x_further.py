# the 1.x query: counting, refusing, unions
# strategies: none
from typing import Optional
from sqlalchemy import (
    and_,
    Column,
    create_engine,
    delete,
    desc,
    distinct,
    except_,
    exists,
    ForeignKey,
    func,
    insert,
    inspect,
    intersect,
    join,
    outerjoin,
    Table,
    text,
    union,
    union_all,
    update,
)
from sqlalchemy.orm import (
    aliased,
    contains_eager,
    DeclarativeBase,
    deferred,
    joinedload,
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

# q errors
for f in (lambda: s.query(Author).one(), lambda: s.query(Author).filter_by(id=77).one(), lambda: s.query(Author).filter_by(zzz=1), lambda: s.query(Author).limit(1).filter(Author.id == 1), lambda: s.query(Author).one_or_none(), lambda: s.query(Author).options(joinedload(Book.author)).all(), lambda: s.query(Author.name).scalar(), lambda: s.query(Author, Book).first(), lambda: s.query(Author.name).filter(Author.id == 99).scalar(), lambda: s.query(Author).limit(1).join(Book).all(), lambda: s.query(Author).order_by(Author.id).update({'name': 'x'}), lambda: s.query(Author).select_from(Author).get(1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
s.close()

# q union
q1 = s.query(Author).filter(Author.id == 1)
q2 = s.query(Author).filter(Author.id == 2)
q = q1.union(q2).order_by(Author.name)
print(q.all(), q.count(), q1.union_all(q2, q1).all(), q.options(joinedload(Author.books)).all(), q1.except_(q2).all(), q1.intersect(q2).all())
print(q1.union(q2).filter(Author.name.like('U%')).all(), q1.union(q2).limit(1).all())
print(s.query(Author.name).union(s.query(Tag.name)).all())
s.close()

# q union sub
q1 = s.query(Author).filter(Author.id == 1)
q2 = s.query(Author).filter(Author.id == 2)
for a in q1.union(q2).options(subqueryload(Author.books)):
    print(a, a.books)
for a in q1.union(q2).options(selectinload(Author.books).joinedload(Book.publisher)):
    print(a, [b.publisher for b in a.books])
s.close()

# q autoflush off
a = Author(id=50, name='New')
s.add(a)
print(s.query(Author).autoflush(False).count(), s.query(Author).count())
s.close()

# q limit joined
q = s.query(Author).options(joinedload(Author.books)).order_by(Author.name.desc())
print(q.first(), q[1], q[1:3], q.limit(2).offset(1).all(), q.slice(0, 2).all(), list(q[:2]))
s.close()

# q outer ce
q = s.query(Author).outerjoin(Author.books).options(contains_eager(Author.books)).order_by(Author.id, Book.id)
print([(a, a.books) for a in q])
print(q.count(), q.limit(2).all(), q.distinct().count())
s.close()

# q multi
q = s.query(Author, Book).join(Book, Author.id == Book.author_id).order_by(Book.id)
print(q.all(), q.first(), [r.Author for r in q], q.with_entities(Author.name, Book.title).all(), q.count())
print(q.add_columns(Book.pages).first(), q.add_entity(Author).first() if False else 0)
s.close()

# q subq
sub = s.query(Book.author_id, func.count('*').label('n')).group_by(Book.author_id).subquery()
print(s.query(Author, sub.c.n).outerjoin(sub, Author.id == sub.c.author_id).order_by(Author.id).all())
print(s.query(Author).filter(Author.id.in_(s.query(Book.author_id).filter(Book.pages > 200))).all())
print(s.query(Author.name, s.query(func.count(Book.id)).filter(Book.author_id == Author.id).correlate(Author).scalar_subquery().label('n')).all())
print(s.query(Author).filter(s.query(Book).filter(Book.author_id == Author.id).exists()).all())
sq = s.query(Author).filter(Author.id < 3).subquery()
A = aliased(Author, sq)
print(s.query(A).options(joinedload(A.books)).all())
s.close()

# query update errs
for f in (lambda: s.query(Book).limit(1).update({'pages': 1}), lambda: s.query(Book).join(Author).delete(), lambda: s.query(Book).order_by(Book.id).delete(), lambda: s.query(Book).filter(Book.id == 1).get(1), lambda: s.query(Book).distinct().update({'pages': 1})):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e)[:150])
s.close()
