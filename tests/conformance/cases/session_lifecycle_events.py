# what a session tells of its objects
# strategies: none
from typing import Optional
from sqlalchemy import Column, create_engine, event, ForeignKey, String, Table
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


@event.listens_for(Session, "after_flush")
def af(session, ctx):
    for o in sorted(session.dirty, key=repr):
        print("dirty", o)
    for o in sorted(session.new, key=repr):
        print("new", o)


@event.listens_for(Session, "transient_to_pending")
def tp(session, obj):
    print("t->p", obj)


@event.listens_for(Session, "pending_to_persistent")
def pp(session, obj):
    print("p->p", obj)


@event.listens_for(Session, "persistent_to_deleted")
def pd(session, obj):
    print("p->d", obj)


@event.listens_for(Session, "loaded_as_persistent")
def lp(session, obj):
    print("loaded", obj)


@event.listens_for(Book.author, "set", retval=True)
def sa_(target, value, old, init):
    print("author set", value)
    return value


@event.listens_for(Author.books, "append")
def ap(target, value, init):
    print("append", value)


@event.listens_for(Author.books, "remove")
def rm(target, value, init):
    print("remove", value)


@event.listens_for(Author, "load")
def ld(target, ctx):
    print("load", target.name)


@event.listens_for(Tag, "init")
def ini(target, args, kw):
    print("init", kw)


with Session(engine) as s:
    a = s.get(Author, 1)
    a.books.append(Book(title="n"))
    s.commit()
    Book(title="m", author=a)
    a.books.remove(a.books[0])
    s.add(Tag(label="w"))
    s.commit()
    s.delete(s.get(Tag, 1))
    s.commit()
