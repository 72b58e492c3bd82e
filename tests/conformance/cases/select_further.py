# selects: joins of FROM, grouping by a class, parameters by name
# strategies: none
from typing import Optional
from sqlalchemy import (
    and_,
    bindparam,
    case,
    Column,
    create_engine,
    desc,
    exists,
    ForeignKey,
    func,
    insert,
    inspect,
    outerjoin,
    select,
    Table,
    text,
)
from sqlalchemy.orm import (
    join,
    DeclarativeBase,
    deferred,
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


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sent: Mapped[list["Message"]] = relationship(back_populates="sender", foreign_keys="Message.sender_id", order_by="Message.id")
    received: Mapped[list["Message"]] = relationship(back_populates="recipient", foreign_keys="Message.recipient_id", order_by="Message.id")


class Message(Base):
    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]
    sender_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recipient_id: Mapped[Optional[int]] = mapped_column(ForeignKey("users.id"))
    sender: Mapped["User"] = relationship(back_populates="sent", foreign_keys=[sender_id])
    recipient: Mapped[Optional["User"]] = relationship(back_populates="received", foreign_keys=[recipient_id])


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
    s.execute(insert(User), [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}, {"id": 3, "name": "cat"}])
    s.execute(insert(Message), [{"id": i, "body": f"m{i}", "sender_id": a, "recipient_id": b} for i, a, b in [(1, 1, 2), (2, 2, 1), (3, 1, 3), (4, 3, None)]])
    s.commit()

s = Session(engine)

# params sel
q = select(Author).where(Author.name == bindparam('n'), Author.id > bindparam('i', 0))
print(s.scalars(q.params(n='Iain')).all(), s.scalars(q.params({'n': 'Stan', 'i': 9})).all())
print(q.params(n='x').compile().params)
s.close()

# orm join fn
try:
    print(s.scalars(select(Author).select_from(join(Author, Book, Author.books))).all())
except Exception as e:
    print(type(e).__name__, str(e)[:100])
s.close()

# group entities
print(s.execute(select(Author, func.count(Book.id)).outerjoin(Author.books).group_by(Author).order_by(Author.id)).all())
print(s.execute(select(Publisher.name, Author.name, func.count()).join(Publisher.books).join(Book.author).group_by(Publisher.id, Author.id)).all())
s.close()

# case more
print(s.execute(select(Author.name, case((Author.books.any(), 'writes'), else_='idle').label('st')).order_by('st', Author.name)).all())
print(s.execute(select(func.sum(case((Book.pages > 150, 1), else_=0)), func.count().filter(Book.pages > 200))).all())
s.close()

# exists col
print(s.execute(select(Author.name, Author.books.any(Book.pages > 200), exists(select(Profile.id).where(Profile.author_id == Author.id)))).all(), s.execute(select(Author.name, Author.profile.has().label('p'))).first()._fields)
s.close()

# params named
q = select(Author).where(Author.name == bindparam('n'))
print(s.scalars(q, {'n': 'Iain'}).all(), s.execute(q, {'n': 'Stan'}).scalars().all())
q = select(Author).where(Author.id.in_(bindparam('ids', expanding=True)))
print(s.scalars(q, {'ids': [1, 3]}).all(), s.scalars(q, {'ids': []}).all())
q = select(Author).where(text('name = :x')).params(x='Iain')
print(s.scalars(q).all())
s.close()

# from statement text columns
t = text('select id, name, country from authors where id > :x').columns(Author.id, Author.name, Author.country).bindparams(x=1)
for a in s.scalars(select(Author).from_statement(t)):
    print(a, a.name, a.bio)
s.close()

# join err
for f in (lambda: select(Author).join(Tag), lambda: select(Author).join(Author.name), lambda: select(User).join(Message), lambda: select(Author, Tag).join(Review), lambda: select(Author).join(Book.author), lambda: select(Author).join(Author)):
    try:
        print(s.execute(f()).all())
    except Exception as e:
        print(type(e).__name__, str(e)[:300])
s.close()
