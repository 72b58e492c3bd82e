# %% [markdown]
# # One flush or a hundred
# The session collects what changed and writes it in one go, in an order that the foreign keys allow. A `flush()` or a
# `commit()` inside of the loop takes that away: each row then travels alone.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

N = 50  # @param {type:"slider", min:1, max:2000, step:1}


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    entries: Mapped[list["Entry"]] = relationship(back_populates="account", order_by="Entry.id")


class Entry(Base):
    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    account: Mapped["Account"] = relationship(back_populates="entries")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

# %% A flush for each budget=3
with Session(engine) as session:
    account = Account(id=1, owner="Ada")
    session.add(account)
    for n in range(N):
        session.add(Entry(id=n + 1, amount=n, account=account))
        session.flush()
    session.commit()

# %% One for all budget=3
with Session(engine) as session:
    account = Account(id=2, owner="Grace")
    session.add(account)
    for n in range(N):
        session.add(Entry(id=N + n + 1, amount=n, account=account))
    session.commit()

# %% What was written budget=2
with Session(engine) as session:
    accounts = session.scalar(select(func.count(Account.id)))
    entries = session.scalar(select(func.count(Entry.id)))
    print(f"{accounts} accounts, {entries} entries")

# %% [markdown]
# ## What to look for
# - The second cell sends its entries in one statement with many rows of parameters. The account goes first, because the
#   entries point to it: nobody had to say so.
# - Make `flush()` a `commit()` in the first cell. On a server each would wait for the disk.
# - Round trip up: the first cell grows with `N`, the second does not.

# %% [markdown] check
# What decides the order in which a flush writes?
# - [ ] The order of `session.add()`: it decides only among rows of one table
# - [x] The foreign keys: a row is written after those that it points to
# - [ ] The names of the tables
