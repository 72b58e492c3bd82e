# What writes return, with options of its loading
# strategies: none
from sqlalchemy import ForeignKey, create_engine, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, defer, immediateload, joinedload, lazyload, load_only, mapped_column, raiseload,
    relationship, selectinload, subqueryload,
)


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str | None] = mapped_column(deferred=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Author(name="one"), Author(name="two")])
    session.commit()

books = [{"title": "a", "author_id": 1}, {"title": "b", "author_id": 2}, {"title": "c", "author_id": 1}]


def tried(statement, rows=None, **options):
    with Session(engine) as session:
        try:
            found = session.execute(statement, rows, execution_options=options).all()
            print([[getattr(item, "id", item) for item in row] for row in found])
            for row in found:
                if isinstance(row[0], Book):
                    print(row[0].author.name)
        except Exception as error:
            print(type(error).__name__, str(error).split("(Background")[0])


for option in (selectinload, immediateload, lazyload, joinedload, subqueryload, raiseload):
    tried(insert(Book).returning(Book).options(option(Book.author)), books)
tried(insert(Book).returning(Book, sort_by_parameter_order=True).options(selectinload(Book.author)), books)
tried(insert(Book).values(books).returning(Book).options(selectinload(Book.author).selectinload(Author.books)))
tried(insert(Book).returning(Book).options(load_only(Book.title)), books)
tried(insert(Book).returning(Book).options(defer(Book.title)), books)
tried(insert(Book).returning(Book).options(selectinload(Author.books)), books)
tried(insert(Author).returning(Author, func.upper(Author.name)), [{"name": "x"}, {"name": "y", "note": "z"}])
tried(update(Author).values(name="new").returning(Author, Author.name).options(selectinload(Author.books)))
tried(delete(Author).where(Author.id == 1).returning(Author))
row = upsert(Author)
row = row.on_conflict_do_update(index_elements=[Author.id], set_={"name": row.excluded.name})
tried(row.returning(Author).options(selectinload(Author.books)), [{"id": 1, "name": "uno"}], populate_existing=True)
tried(row.values([{"id": 2, "name": "dos"}, {"id": 7, "name": "siete"}]).returning(Author).options(selectinload(Author.books)))
tried(select(Book).from_statement(insert(Book).values(books).returning(Book)).options(selectinload(Book.author)))
