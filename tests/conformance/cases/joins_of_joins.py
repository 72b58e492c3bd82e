# Joins as elements of their own, and what Query.join() takes
# strategies: none
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, join, joinedload, mapped_column, outerjoin, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
    pages: Mapped[list["Page"]] = relationship()


class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    for number in (1, 2):
        books = [Book(title=f"{number}.{n}", pages=[Page() for _ in range(n)]) for n in range(number)]
        session.add(Author(name=f"author {number}", books=books))
        session.flush()
    session.commit()


def tried(make):
    with Session(engine) as session:
        try:
            made = make(session)
            print(made if isinstance(made, (str, int)) else [tuple(row) for row in made])
        except Exception as error:
            print(type(error).__name__, str(error).split("(Background")[0])


names = (Author.name, Book.title)
other = aliased(Book, name="other")
few = aliased(Book, select(Book).where(Book.id < 3).subquery("few"))
tried(lambda s: s.execute(select(*names, Page.id).select_from(join(Author, Book).join(Page))))
tried(lambda s: s.execute(select(*names, Page.id).select_from(join(Author, Book, Author.books).join(Page, Book.pages))))
tried(lambda s: s.execute(select(*names).select_from(outerjoin(Author, Book).outerjoin(Page, Page.book_id == Book.id))))
tried(lambda s: s.execute(select(func.count()).select_from(join(Author, other, Author.books).join(Page, other.pages))))
tried(lambda s: s.execute(select(Author.name, few.title).join(few, Author.books).order_by(few.id)))
tried(lambda s: s.execute(select(Author.name).join_from(Author, Page, Book.pages)))
tried(lambda s: s.execute(select(Author.name).where(Author.books.and_(Book.id == 1).any())))
tried(lambda s: s.query(*names, Page.id).select_from(join(Author, Book).join(Page)))
tried(lambda s: s.query(Author.id).join(Author.books, Book.pages))
tried(lambda s: s.query(Author.id).join(Author.books, Book.pages, Page))
tried(lambda s: s.query(Author.id).filter(Author.id == 1).select_from(Book))
tried(lambda s: s.query(Author.id).order_by(Author.id).select_from(Book))
tried(lambda s: s.query(Author.id).select_from(Author).select_from(Book))
tried(lambda s: s.query(Author.id).limit(1).from_statement(select(Author.id)))
tried(lambda s: s.query(func.count("*")).filter_by(name="x"))
tried(lambda s: s.query(Author.id).select_from(Book).join(Author).filter_by(name="author 2"))
tried(lambda s: len(s.query(Author).union(s.query(Author)).join(Author.books).order_by(Author.id).all()))
tried(lambda s: len(s.query(Author).union(s.query(Author)).join(Book, Author.id == Book.author_id).all()))
tried(lambda s: str(s.query(Author).options(joinedload(Author.books)).enable_eagerloads(False)))
tried(lambda s: len(s.query(Author).options(joinedload(Author.books)).enable_eagerloads(False).all()))
