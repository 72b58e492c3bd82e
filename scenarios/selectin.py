# %% [markdown]
# # The same page with selectin
# The page of the first scenario, with one line more: `.options(selectinload(Author.books))`. After the authors, one
# statement asks for the books of all of them, with their keys in an `IN (…)`.
#
# The loop below is the very same. It finds each list already there.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

N = 100  # @param {type:"slider", min:1, max:10000, step:1}


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
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    author: Mapped["Author"] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Author), [{"id": n, "name": f"Author {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Book),
        [{"title": f"Volume {v} of {n}", "author_id": n} for n in range(1, N + 1) for v in range(1, 6)],
    )
    session.commit()

# %% List page budget=3
with Session(engine) as session:
    query = select(Author).options(selectinload(Author.books)).order_by(Author.id)
    authors = session.scalars(query).all()
    total = 0
    for author in authors:
        total += len(author.books)
    print(f"{len(authors)} authors, {total} books")

# %% And back again budget=2
# Each author is in the session already, so the way back from book to author asks nobody.
with Session(engine) as session:
    query = select(Author).options(selectinload(Author.books)).order_by(Author.id)
    authors = session.scalars(query).all()
    print(all(book.author is author for author in authors for book in author.books))

# %% [markdown]
# ## What to look for
# - The second statement names the first as its parent, and serves 100 owners at once.
# - Pull `N` to 10,000: an `IN` holds at most 500 keys, so there are 20 of them. That is not an N+1: the number of
#   statements grows with `N / 500`, and each brings as much as it can.

# %% [markdown] check
# How many statements does the list page run with `N` = 1,200?
# - [ ] 2: true up to 500 authors, which is how many keys go into one `IN`
# - [x] 4: one for the authors, then the books of 500, of 500 and of 200
# - [ ] 1,201: that would be the lazy load of the first scenario
