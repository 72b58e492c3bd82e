# joined loads beside statements that are given as they are, names in ORDER BY, labels of expressions
# strategies: none
from sqlalchemy import ForeignKey, Integer, create_engine, func, select, text
from sqlalchemy.exc import CompileError, InvalidRequestError
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, column_property, contains_eager, deferred, joinedload, mapped_column,
    relationship, undefer_group,
)


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    words: Mapped[int] = mapped_column()
    width = column_property((words * 2).label("width"))


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    blurb: Mapped[str] = mapped_column(deferred_group="texts", default="-")
    price: Mapped[int] = mapped_column(deferred_group="trade", default=1)
    pages: Mapped[list[Page]] = relationship(lazy="joined", order_by=Page.id)


Book.words = column_property(
    select(func.sum(Page.words)).where(Page.book_id == Book.id).correlate_except(Page).scalar_subquery()
)
Book.longest = column_property(select(func.max(Page.words)).where(Page.book_id == Book.id).correlate_except(Page).label("longest"))

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    for title, words in (("Sea", [30, 10]), ("Ice", [20]), ("Fog", [])):
        session.add(Book(title=title, pages=[Page(words=count) for count in words]))
        session.flush()
    session.commit()

# A text has no columns of the joined class, although some are called the same.
with Session(engine) as session:
    for book in session.query(Book).from_statement(text("SELECT * FROM books ORDER BY id")):
        print(book.title, "pages" in book.__dict__, [page.words for page in book.pages])
    try:
        session.scalars(select(Book).from_statement(text("SELECT * FROM books"))).all()
    except InvalidRequestError as error:
        print(error)

# Nor has a select.
with Session(engine) as session:
    given = select(Book).join(Book.pages).where(Page.words > 15)
    for book in session.scalars(select(Book).from_statement(given)):
        print(book.title, [page.words for page in book.pages])
    given = select(Book.id, Book.title, Page).join(Book.pages).order_by(Page.words)
    for book in session.scalars(select(Book).from_statement(given).options(contains_eager(Book.pages))).all():
        print(book.title)

# A name in ORDER BY is not one of the joined load's columns.
with Session(engine) as session:
    query = session.query(Book).join(Book.pages).order_by("words", Page.id)
    print([book.title for book in query])
    try:
        session.scalars(select(Book).order_by("book_id")).unique().all()
    except CompileError as error:
        print(error)

# Ordered by a subquery, and limited.
with Session(engine) as session:
    for order in (Book.words.desc(), Book.longest.desc()):
        books = session.scalars(select(Book).order_by(order).limit(2)).unique()
        print([(book.title, book.words, book.longest, [page.width for page in book.pages]) for book in books])
    other = aliased(Page)
    print(session.execute(select(Page.width, other.width).join(other, other.id == Page.id).order_by(other.width)).all())

# Two groups of columns, one beside the other.
with Session(engine) as session:
    book = session.query(Book).options(undefer_group("texts"), undefer_group("trade"), joinedload(Book.pages)).first()
    print(book.blurb, book.price)
