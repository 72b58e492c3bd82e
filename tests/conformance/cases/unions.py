# Unions, and entities read from them, from text, from subqueries
# strategies: lazy, selectin, joined, subquery
from sqlalchemy import *
from sqlalchemy.orm import *


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int | None]
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")

    def __repr__(self):
        return f"<Author {self.name}>"


book_tag = Table(
    "book_tag", Base.metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int] = mapped_column(default=100)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author | None"] = relationship(back_populates="books")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tag, order_by="Tag.id")

    def __repr__(self):
        return f"<Book {self.title}>"


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    def __repr__(self):
        return f"<Tag {self.name}>"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Tag(name="new"), Tag(name="old")])
    for n in range(1, 5):
        session.add(Author(name=f"A{n}", age=None if n == 4 else 20 + n, books=[Book(title=f"B{n}{m}") for m in range(1, n)]))
        session.flush()
    session.execute(insert(book_tag), [{"book_id": b, "tag_id": t} for b in range(1, 7) for t in (1, 2) if b % 2 or t == 1])
    session.commit()


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    def show(found):
        session.expire_all()
        print([(one, getattr(one, "books", None)) for one in found])
        session.expunge_all()

    a, b = select(Author).where(Author.id < 2), select(Author).where(Author.id > 3)
    u = union(a, b)
    print(session.execute(u).all())
    print(session.execute(union_all(select(Author.id, Author.name), select(Book.id, Book.title)).order_by("name").limit(3)).all())
    show(session.scalars(select(Author).from_statement(u)).unique().all())
    show(session.scalars(select(Author).from_statement(u.order_by(Author.id.desc()))).unique().all())
    alias = aliased(Author, u.subquery())
    show(session.scalars(select(alias).order_by(alias.id)).unique().all())
    show(session.scalars(select(alias).where(alias.age > 1).options(selectinload(alias.books))).unique().all())
    t = text("select id, name, age from authors where id < :top order by id").bindparams(top=3)
    show(session.scalars(select(Author).from_statement(t)).unique().all())
    show(session.scalars(select(Author).from_statement(t.columns(Author.id, Author.name, Author.age))).unique().all())
    sub = t.columns(Author.id, Author.name, Author.age).subquery("x")
    print(session.execute(select(sub.c.name).order_by(sub.c.id.desc())).all())
    show(session.scalars(select(Author).from_statement(text("select * from authors"))).unique().all())
    show(session.scalars(select(Author).from_statement(text("select * from authors")).options(selectinload(Author.books))).unique().all())
    print(session.execute(select(union(select(Author.name), select(Book.title)).subquery().c.name)).all())
    print(session.execute(select(Author.id).intersect(select(Book.author_id))).all(), session.execute(select(Author.id).except_(select(Book.author_id))).all())
    cte = select(Book.author_id, func.count(Book.id).label("n")).group_by(Book.author_id).cte("counts")
    print(session.execute(select(Author.name, cte.c.n).join(cte, cte.c.author_id == Author.id).order_by(Author.id)).all())
    sub = select(Author).where(Author.id < 4).subquery()
    alias = aliased(Author, sub, name="early")
    show(session.scalars(select(alias).order_by(alias.id)).unique().all())
    print(session.execute(select(alias.name, Book.title).join(alias.books).order_by(Book.id)).all())
    alias = aliased(Author, sub)
    show(session.scalars(select(alias).join(Book, Book.author_id == alias.id).order_by(alias.id)).unique().all())
    print(session.scalars(select(Author).from_statement(select(Author).where(Author.id == 2))).unique().all())
    u3 = select(Author.id.label("x")).union_all(select(Book.id)).subquery()
    print(session.scalar(select(func.count()).select_from(u3)))
    print(session.execute(union_all(a, b).order_by("id").offset(1).limit(1)).all())
    attempt(lambda: session.execute(union(select(Author.id), select(Author.id, Author.name))).all())
