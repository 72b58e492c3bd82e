# Arguments of sessions: autobegin, is_modified
# strategies: none
from sqlalchemy import ForeignKey, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship()


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelf.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

# %% A transaction begins when it is told to
session = Session(engine, autobegin=False)
try:
    session.execute(text("select 1"))
except Exception as error:
    print(type(error).__name__, error)
with session.begin():
    session.add(Shelf(label="a", books=[Book()]))
print(session.in_transaction())
try:
    session.add(Shelf(label="b"))
except Exception as error:
    print(type(error).__name__, error)

# %% Changes, with those of collections and without
with Session(engine) as session:
    shelf = session.get(Shelf, 1)
    shelf.books.append(Book())
    print(session.is_modified(shelf), session.is_modified(shelf, include_collections=False))
    shelf.label = "c"
    print(session.is_modified(shelf, include_collections=False))

# %% Many sets of values, and none
with Session(engine) as session:
    for words, parameters in ("select :a, 2", [{"a": 1}, {"a": 2}]), ("select :a", {"a": 1}), ("select :a", [{"a": 3}]):
        try:
            print(session.execute(text(words), parameters).all())
        except Exception as error:
            print(type(error).__name__, str(error).splitlines()[0])
    session.execute(text("update shelf set label = :a"), [{"a": "d"}, {"a": "e"}])
    print(session.scalar(text("select label from shelf")))
