# what a list of related objects can do
# strategies: none
from typing import Optional
from sqlalchemy import Column, create_engine, ForeignKey, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    country: Mapped[Optional[str]]
    books: Mapped[list["Book"]] = relationship(back_populates="author", cascade="all, delete-orphan")

    def __repr__(self):
        return f"Author({self.name!r})"


book_tag = Table("book_tag", Base.metadata, Column("book_id", ForeignKey("books.id"), primary_key=True), Column("tag_id", ForeignKey("tags.id"), primary_key=True))


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int] = mapped_column(default=100)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tag, back_populates="books")

    def __repr__(self):
        return f"Book({self.title!r})"


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(unique=True)
    books: Mapped[list["Book"]] = relationship(secondary=book_tag, back_populates="tags")

    def __repr__(self):
        return f"Tag({self.label!r})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    t1, t2 = (Tag(label="sf"), Tag(label="old"))
    session.add_all([Author(name="Ursula", country="US", books=[Book(title="Lathe", tags=[t1, t2]), Book(title="Rocannon", pages=122)]), Author(name="Iain", books=[Book(title="Wasp")]), Author(name="Nobody")])
    session.commit()
with Session(engine) as s:
    a = s.get(Author, 1)
    l = a.books
    s.commit()
    l.append(Book(title="stale"))
    print(len(a.books))
    l2 = a.books
    a.books = []
    l2.append(Book(title="x"))
    print(a.books, len(l2))
    s.rollback()
    l = a.books
    l[0] = Book(title="set")
    l[0:1] = [Book(title="s1"), Book(title="s2")]
    del l[0]
    del l[:]
    l += [Book(title="z")]
    l.insert(-5, Book(title="first"))
    print(l, l.pop(), l.pop(0), l)
    try:
        l.pop()
    except IndexError as e:
        print(e)
    try:
        l.remove(Book(title="q"))
    except ValueError as e:
        print(e)
    try:
        l[3]
    except IndexError as e:
        print(e)
    try:
        l[3] = Book(title="q")
    except IndexError as e:
        print(e)
    print(l == [], [] == l, l + [1], [1] + l, l * 2, list(reversed(l)), l < [1], sorted(l), bool(l))
    a.books = (b for b in [])
