# %% [markdown]
# # The N+1 trap
# One query loads the authors. The loop then reads `author.books`, and each read of a list that is not there yet is a
# *lazy load*: a statement of its own, with a round trip of its own.
#
# Nothing in the code looks like a query. Watch the gutter beside the loop.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

N = 100  # @param {type:"slider", min:1, max:10000, step:1}


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    author: Mapped["Author"] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

names = ["Ursula", "Iain", "Octavia", "Stanislaw", "Joanna", "Gene", "Connie"]

with Session(engine) as session:
    session.execute(insert(Author), [{"id": n, "name": f"{names[n % 7]} {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Book),
        [{"title": f"Volume {v} of {n}", "author_id": n} for n in range(1, N + 1) for v in range(1, 6)],
    )
    session.commit()

# %% List page budget=3
with Session(engine) as session:
    authors = session.scalars(
        select(Author)
    ).unique().all()
    n = 0
    for author in authors:
        n += len(author.books)
    print(f"{n} books of {N} authors")

# %% [markdown]
# ## What to try
# - Set **Author.books** to *selectin*: the books of all authors come with one more statement, whatever `N` is.
# - Set it to *joined*: one statement, and each author comes five times, once beside each book.
# - Set it to *raise*: the loop stops at the line that would have been slow.
# - Pull `N` up, or the round trip, and watch which of the numbers grow.

# %% [markdown] check
# How many statements does the list page run as it is written, with 100 authors?
# - [ ] 1: that would be *joined*, where the books come in the rows of the authors
# - [ ] 2: that would be *selectin*, one for the authors and one for all of their books
# - [x] 101: one for the authors, then one for each of the 100 to get its books
# - [ ] 600: that is the number of rows, which is the same however they are asked for
