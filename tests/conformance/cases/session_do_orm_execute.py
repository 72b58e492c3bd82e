# do_orm_execute of a session, of all sessions, of a factory
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


log = []


@event.listens_for(Session, "do_orm_execute")
def everywhere(state):
    log.append(("class", state.is_select, state.is_relationship_load, state.is_column_load, state.is_orm_statement))


with Session(engine) as session:
    @event.listens_for(session, "do_orm_execute")
    def own(state):
        log.append("own")

    for author in session.scalars(select(Author).order_by(Author.id)):
        author.books
    session.expire_all()
    author.name
    session.get(Author, 1)
    session.execute(update(Author).values(age=1))
    session.execute(text("select 1"))
    session.execute(select(Author.name)).all()
    session.query(Author).filter_by(name="A1").all()
for entry in log:
    print(entry)
log.clear()
event.remove(Session, "do_orm_execute", everywhere)

Maker = sessionmaker(engine)


@event.listens_for(Maker, "do_orm_execute")
def narrow(state):
    if state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.where(Author.id < 3)
    if state.is_insert or state.is_update or state.is_delete:
        log.append((state.is_insert, state.is_update, state.is_delete))


with Maker() as session:
    print(session.scalars(select(Author)).all())
    session.execute(insert(Tag), [{"name": "q"}])
    session.execute(update(Tag).values(name="r"))
    session.execute(delete(Tag))
print(log)


with Session(engine) as session:
    @event.listens_for(session, "do_orm_execute")
    def options(state):
        if state.is_select and not state.is_relationship_load and not state.is_column_load:
            state.statement = state.statement.options(selectinload(Author.books))
            state.update_execution_options(populate_existing=True)

    for author in session.scalars(select(Author).order_by(Author.id)):
        print(author, author.books)


with Session(engine) as session:
    @event.listens_for(session, "do_orm_execute")
    def twice(state):
        if state.is_select and not state.is_relationship_load:
            result = state.invoke_statement()
            return result

    print(session.scalars(select(Author).order_by(Author.id)).all())
    print(session.scalar(select(func.count(Author.id))))
