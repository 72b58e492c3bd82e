# session.query()
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
    q = session.query(Author)
    everyone = q.all()
    print(everyone)
    print(q.filter(Author.id > 2).order_by(Author.name.desc()).all())
    print(q.filter_by(name="A2").one())
    print(q.filter_by(name="A2").one_or_none(), q.filter_by(name="no").one_or_none())
    print(q.first(), q.order_by(Author.id.desc()).first())
    print(q.get(3), q.get(99))
    print(q.count(), q.filter(Author.age.is_(None)).count())
    attempt(lambda: q.one())
    attempt(lambda: q.filter_by(name="no").one())
    attempt(lambda: q.one_or_none())
    attempt(lambda: q.filter_by(nope=1))
    print(session.query(Author.id).filter_by(name="A3").scalar())
    attempt(lambda: session.query(Author.id).scalar())
    print(q.order_by(Author.id)[1], q.order_by(Author.id)[1:3], q.order_by(Author.id)[:2], q.order_by(Author.id)[2:])
    print(q.order_by(Author.id).limit(2).offset(1).all())
    print(session.query(Author.name, Book.title).join(Author.books).order_by(Book.id).all())
    print(session.query(Author).join(Book).filter(Book.title.like("B3%")).distinct().all())
    print(session.query(Author, func.count(Book.id)).outerjoin(Author.books).group_by(Author.id).having(func.count(Book.id) > 1).order_by(Author.id).all())
    print(session.query(q.filter(Author.id == 1).exists()).scalar())
    print(session.query(Author.id).filter(session.query(Book).filter(Book.author_id == Author.id).exists()).order_by(Author.id).all())
    print(q.with_entities(Author.name).order_by(Author.id).all())
    print(q.options(selectinload(Author.books)).filter(Author.id == 3).all()[0].books)
    print([row for row in session.query(Author.name.label("n")).order_by("n")])
    sub = session.query(Book.author_id, func.count("*").label("c")).group_by(Book.author_id).subquery()
    print(session.query(Author, sub.c.c).outerjoin(sub, Author.id == sub.c.author_id).order_by(Author.id).all())
    print(session.query(Author).from_statement(text("select * from authors where id < 3")).all())
    print(q.filter(Author.id == 1).union(q.filter(Author.id == 2)).order_by(Author.id).all())
    print(q.filter(Author.id == 1).union_all(q.filter(Author.id == 1)).all())
    print(q.filter(Author.id < 3).filter(Author.id > 1).update({"age": 50}), q.get(2).age)
    print(q.filter(Author.id == 2).update({Author.age: Author.age + 1}, synchronize_session="fetch"), q.get(2).age)
    print(session.query(Tag).filter(Tag.id > 100).delete())
    print(str(q.filter(Author.id == 1)))
    print(q.column_descriptions[0]["name"], session.query(Author.id, Author).column_descriptions[1]["type"])
    print([author.name for author in q.order_by(Author.id).yield_per(2)])
    print(q.select_from(Book).join(Book.author).order_by(Book.id).all())
    print(session.query(Author).filter(Author.books.any(Book.title == "B21")).all())
    print(session.query(Book).filter(Book.author.has(name="A2")).all(), session.query(Book).with_parent(q.get(3)).all())
    print(session.query(func.max(Book.pages)).scalar(), session.query(Book).filter(Book.author == q.get(2)).count())
    print(q.populate_existing().order_by(Author.id).first(), q.enable_eagerloads(False).first())
    print(q.filter(Author.id.in_(session.query(Book.author_id))).order_by(Author.id).all())
    print(q.filter(Author.name == bindparam("x")).params(x="A1").all())
    print(session.query(Author.id, Author.name).order_by(Author.id).first()._asdict())
    print(session.query(Book).join(Book.author, isouter=True).filter(Author.id == None).all())
    print(q.where(Author.id == 1).value(Author.name) if hasattr(q, "value") else None)
    a = aliased(Author)
    print(session.query(a).filter(a.id == 2).all(), session.query(Author, a).filter(Author.id == a.id - 1).order_by(Author.id).all())
    print(session.query(Author).filter(Author.id == 1).with_only_columns if False else "")
    print(q.slice(1, 2).all(), q.order_by(None).reset_joinpoint().all() if False else "")
