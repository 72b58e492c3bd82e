# words for what cannot be done
# strategies: none
from typing import Optional
from sqlalchemy import (
    bindparam,
    Column,
    create_engine,
    ForeignKey,
    insert,
    inspect,
    Integer,
    select,
    String,
    Table,
    text,
    update,
)
from sqlalchemy.orm import (
    aliased,
    class_mapper,
    DeclarativeBase,
    Mapped,
    mapped_column,
    object_session,
    relationship,
    selectinload,
    Session,
    with_parent,
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


def tryit(f, *a, **k):
    try:
        print(f(*a, **k))
    except Exception as e:
        print(type(e).__name__, str(e).split("(Background")[0].strip())


s = Session(engine)
a = s.get(Author, 1)
tryit(lambda: setattr(a, "books", 3))
tryit(lambda: setattr(a.books[0], "author", "x"))
tryit(lambda: a.books.remove(Book(title="n")))
tryit(lambda: delattr(a, "nope"))
tryit(lambda: s.refresh(a, ["nope"]))
tryit(lambda: s.expire(a, ["nope"]))
tryit(lambda: s.execute(select(Author).options(selectinload(Author.nope))))
tryit(lambda: select(Author).join(Tag))
tryit(lambda: s.execute(select(Author).join(Tag)))
tryit(lambda: s.execute(select(Author).order_by("nope")))
tryit(lambda: s.execute(select(Author).filter_by(nope=1)))
tryit(lambda: s.execute(select(Author).where(Author.books == 3)))
tryit(lambda: s.execute(select(Author).where(Author.books == None)).all())
tryit(lambda: s.scalars(select(Book).where(Book.author == a)).all())
tryit(lambda: select(Book).where(Book.author.any()))
tryit(lambda: select(Author).where(Author.books.has()))
tryit(lambda: s.execute(select(Author).limit("x")))
tryit(lambda: s.query(Author).get(1))
tryit(lambda: s.query(Author).filter(Author.name == "x").limit(1).filter(Author.id == 1))
tryit(lambda: s.query(Author).filter("name = 1"))
tryit(lambda: s.get(Author, None))
tryit(lambda: s.get(Author, "1"))
tryit(lambda: s.delete(None))
tryit(lambda: s.add_all([a, None]))
tryit(lambda: s.flush(3) if False else None)
tryit(lambda: s.bulk_insert_mappings(Author, [{}]))
s.rollback()
tryit(lambda: s.execute(insert(Author), [{"name": None}]))
s.rollback()
tryit(lambda: s.execute(select(Author), {"x": 1}).all())
tryit(lambda: s.execute(text("select :a"), {}).all())
tryit(lambda: s.execute(select(bindparam("q"))).all())
tryit(lambda: s.execute(select(Author.name).where(Author.id == bindparam("q"))).all())
r = s.execute(select(Author.id, Author.name))
tryit(lambda: r.scalar_one())
tryit(lambda: r.first())
tryit(lambda: r.all())
tryit(lambda: s.execute(select(Author.id)).one().nope)
tryit(lambda: s.execute(select(Author.id).limit(1)).one().nope)
tryit(lambda: s.scalars(select(Author.id)).one())
tryit(lambda: inspect(3))
tryit(lambda: inspect(Author).relationships.nope)
tryit(lambda: inspect(Author).get_property("nope"))
tryit(lambda: Author.__mapper__.attrs.keys())
tryit(lambda: object_session(3))
tryit(lambda: class_mapper(int))
tryit(lambda: aliased(int))
tryit(lambda: with_parent(a, Book.author))
tryit(lambda: relationship("X", nope=1))
tryit(lambda: mapped_column(nope=1))
tryit(lambda: create_engine("sqlite://", nope=1))
tryit(lambda: Column("x", 3))
tryit(lambda: Table("authors", Base.metadata))
tryit(lambda: Table("authors", Base.metadata, Column("x", Integer)))


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
    r = s.execute(update(Book).where(Book.id == 1).values(title="x"))
    print(r.rowcount, r.returns_rows)
    r = s.execute(insert(Tag).values(label="q"))
    print(r.inserted_primary_key, r.lastrowid, r.rowcount)
    try:
        r.all()
    except Exception as e:
        print(type(e), e)
    try:
        s.execute(select(Tag)).scalar_one()
    except Exception as e:
        print(type(e), e)
    try:
        s.execute(select(Tag.id).where(Tag.id == 99)).scalar_one()
    except Exception as e:
        print(type(e), e)
    print(s.execute(select(Tag.id).where(Tag.id == 99)).scalar_one_or_none(), s.scalar(select(Tag.id).where(Tag.id == 99)))
    try:
        s.query(Tag).filter(Tag.id == 99).one()
    except Exception as e:
        print(type(e), e)
    try:
        s.execute(text("insert into tags (label) values (:l)"), {"l": "q"})
    except Exception as e:
        print(type(e).__name__, e)
    try:
        s.execute(text("select * from tags where id = :x"))
    except Exception as e:
        print(type(e).__name__, e)
    try:
        s.execute(text("selec 1"))
    except Exception as e:
        print(type(e).__name__, e)
    s.rollback()
    a = s.get(Author, 1)
    s.connection().execute(text("delete from authors where id = 1"))
    s.expire(a)
    try:
        a.name
    except Exception as e:
        print(type(e), e)
    s.rollback()
    s.close()
    try:
        print(a.name)
    except Exception as e:
        print(type(e), e)
    try:
        a.books
    except Exception as e:
        print(type(e), e)
