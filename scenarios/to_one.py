# %% [markdown]
# # To one: joined
# Each book has one publisher. Reading `book.publisher` in a loop is a trap as well, but a smaller one: the session
# keeps each publisher that it has seen, so a statement is sent only for those that are new to it.
#
# For a relationship to one object, `joinedload` is often the best there is: no row is repeated that was not there.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

N = 200  # @param {type:"slider", min:1, max:5000, step:1}
PUBLISHERS = 8  # @param {type:"slider", min:1, max:200, step:1}


class Base(DeclarativeBase):
    pass


class Publisher(Base):
    __tablename__ = "publishers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publishers.id"))
    publisher: Mapped["Publisher"] = relationship()


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Publisher), [{"id": n, "name": f"House {n}"} for n in range(1, PUBLISHERS + 1)])
    session.execute(
        insert(Book),
        [{"id": n, "title": f"Title {n}", "publisher_id": n % PUBLISHERS + 1} for n in range(1, N + 1)],
    )
    session.commit()

# %% As written budget=9
with Session(engine) as session:
    books = session.scalars(select(Book).order_by(Book.id)).unique().all()
    houses = {book.publisher.name for book in books}
    print(f"{len(books)} books of {len(houses)} publishers")

# %% With joinedload budget=1
with Session(engine) as session:
    query = select(Book).options(joinedload(Book.publisher)).order_by(Book.id)
    books = session.scalars(query).unique().all()
    houses = {book.publisher.name for book in books}
    print(f"{len(books)} books of {len(houses)} publishers")

# %% [markdown]
# ## What to look for
# - The lane of reads that needed no SQL: 192 of the 200 were answered from the session.
# - The joined statement has as many rows as there are books. A join to one adds columns, not rows.
# - Set **Book.publisher** to *selectin*: the first cell then takes two statements, and the second still takes one,
#   since its own option counts for more.

# %% [markdown] check
# The first cell reads `book.publisher` 200 times. Why does it not run 201 statements?
# - [ ] SQLite caches the results: it does not, each statement that is sent is answered anew
# - [x] A session holds one object for each row it has met: only the first read of each publisher has to ask
# - [ ] `joinedload` is the default: the default is the lazy load
