# where objects stand, before and after
# strategies: none
from typing import Optional
from sqlalchemy import Column, create_engine, ForeignKey, func, inspect, select, String, Table
from sqlalchemy.exc import SAWarning, NoResultFound, MultipleResultsFound, InvalidRequestError
from sqlalchemy.orm import attributes
from sqlalchemy.orm.attributes import flag_modified, set_committed_value, get_history
from sqlalchemy.orm.exc import DetachedInstanceError, StaleDataError, UnmappedInstanceError, FlushError, ObjectDeletedError
from sqlalchemy.orm import (
    DeclarativeBase,
    make_transient,
    Mapped,
    mapped_column,
    object_session,
    relationship,
    scoped_session,
    Session,
    sessionmaker,
)


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
with Session(engine, autoflush=False) as s:
    a = s.get(Author, 1)
    a.books.append(Book(title="x"))
    print(s.scalars(select(func.count(Book.id))).one())
    with s.no_autoflush:
        print(len(s.new))
    s.flush()
    print(s.scalars(select(func.count(Book.id))).one())
with Session(engine, expire_on_commit=False) as s:
    a = s.get(Author, 1)
    a.name = "n"
    s.commit()
    print(a.name)
    s.refresh(a, ["name"])
    s.refresh(a)
    s.expire(a, ["name"])
    print(a.name)
    print(s.is_modified(a), a in s.dirty)
    a.name = "n"
    print(s.is_modified(a), a in s.dirty)
    s.commit()
    a.name = "q"
    print(inspect(a).attrs.name.history)
    s.rollback()
    print(a.name)


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
    t = Tag(label="a")
    s.add(t)
    print(inspect(t).pending)
    s.flush()
    print(inspect(t).persistent, t.id)
    s.delete(t)
    print(t in s.deleted)
    s.flush()
    print(inspect(t).deleted)
    s.commit()
    print(inspect(t).detached)
    try:
        s.add(t)
        s.flush()
    except Exception as e:
        print(type(e), e)
    s.rollback()
    make_transient(t)
    print(inspect(t).transient, t.id)
    t.id = None
    s.add(t)
    s.commit()
    print(t.id)


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
    b = s.get(Book, 1)
    flag_modified(b, "pages")
    print(b in s.dirty)
    s.commit()
    set_committed_value(b, "author", None)
    print(b.author, s.is_modified(b))
    s.refresh(b)
    b.title = "zz"
    print(get_history(b, "title"), attributes.instance_state(b).key if False else "")
    s.expunge(b)
    print(b in s)
    s.add(b)
    s.commit()
    print(b.title)
    x = Book(title="n", author_id=1)
    s.add(x)
    s.flush()
    print(x.author.name)
    x.author_id = 2
    print(x.author.name)
    s.flush()
    print(x.author.name)
    s.expire(x, ["author"])
    print(x.author.name)
    print(s.get(Book, 99), s.get(Book, x.id) is x, s.identity_map.values() != [])
    s.add_all([Book(id=150, title="i", author_id=1), Book(id=151, title="k", author_id=1, pages=None)])
    s.commit()
    print(s.execute(select(Book.id, Book.pages)).all())


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
    try:
        with s.begin_nested():
            a.name = "changed"
            s.flush()
            raise ValueError("x")
    except ValueError:
        pass
    print(a.name)
    n1 = s.begin_nested()
    a.name = "one"
    n2 = s.begin_nested()
    a.name = "two"
    n2.rollback()
    print(a.name)
    n1.commit()
    s.commit()
    print(a.name)
    sp = s.begin_nested()
    s.add(Tag(label="in"))
    sp.commit()
    s.rollback()
    print(s.scalars(select(Tag.label)).all())
    print(s.in_transaction(), s.in_nested_transaction(), s.get_transaction() is not None, s.get_nested_transaction())
    try:
        sp.commit()
    except Exception as e:
        print(type(e).__name__, e)
    t = Tag(label="r")
    s.add(t)
    s.flush()
    s.rollback()
    print(t in s, inspect(t).transient, t.id)
    d = s.get(Tag, 1)
    s.delete(d)
    s.flush()
    s.rollback()
    print(d in s, d.label)
    s.add(Tag(label="a"))
    s.begin_nested()
    s.add(Tag(label="b"))
    s.rollback()
    print(s.scalars(select(Tag.label)).all())
    s.add(Tag(label="c"))
    s.begin_nested()
    s.add(Tag(label="d"))
    s.commit()
    print(s.scalars(select(Tag.label)).all())


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


class Sub(Session):

    def hi(self):
        return "hi"


sm = sessionmaker(engine, class_=Sub, expire_on_commit=False)
with sm() as s:
    print(s.hi(), s.expire_on_commit)
with sm.begin() as s:
    s.add(Tag(label="b1"))
try:
    with sm.begin() as s:
        s.add(Tag(label="b2"))
        raise ValueError("no")
except ValueError as e:
    print(e)
with Session(engine) as s:
    print(s.scalars(select(Tag.label)).all())
ss = scoped_session(sm)
ss.add(Tag(label="c"))
ss.commit()
print(ss.query(Tag).count(), ss().hi())
ss.remove()
s = Session(engine)
s.begin()
s.add(Tag(label="x"))
try:
    s.begin()
except Exception as e:
    print(type(e), e)
s.commit()
s.close()
s = Session(engine, autobegin=False)
try:
    s.execute(select(Tag))
except Exception as e:
    print(type(e), e)
print(Session.object_session(s) if False else object_session(Tag(label="q")))
print(s.info, Session(engine, info={"a": 1}).info)
