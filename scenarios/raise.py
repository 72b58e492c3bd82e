# %% [markdown]
# # Raise: no load that nobody asked for
# With `lazy="raise"` a read that would need a statement is an error, at the line that reads. So a page that forgot its
# option fails in the first test, not in production with a thousand rows.

# %% Models setup
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

N = 30  # @param {type:"slider", min:1, max:2000, step:1}


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str]
    items: Mapped[list["Item"]] = relationship(lazy="raise", order_by="Item.id")


class Item(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Order), [{"id": n, "customer": f"Customer {n}"} for n in range(1, N + 1)])
    session.execute(
        insert(Item),
        [{"name": f"Item {i}", "order_id": n} for n in range(1, N + 1) for i in range(1, 4)],
    )
    session.commit()

# %% A page that forgot budget=2
with Session(engine) as session:
    orders = session.scalars(select(Order).order_by(Order.id)).unique().all()
    try:
        for order in orders:
            print(order.customer, len(order.items))
            if order.id == 3:
                break
    except InvalidRequestError as error:
        print(error)

# %% A page that asked budget=2
with Session(engine) as session:
    query = select(Order).options(selectinload(Order.items)).order_by(Order.id)
    orders = session.scalars(query).all()
    print(f"{len(orders)} orders, {sum(len(order.items) for order in orders)} items")

# %% [markdown]
# ## What to try
# - Set **Order.items** to *lazy*: the first page works again, and costs a statement for each order that it shows.
# - Set it to *joined* or *selectin*: no error, and no more statements than the budget allows.
# - `raiseload("*")` in a query's options does the same for everything that the query did not ask for.

# %% [markdown] check
# When does `lazy="raise"` raise?
# - [ ] When the query runs: the query knows nothing of what will be read
# - [x] When the list is read and is not there yet: a list that an option has loaded is read without complaint
# - [ ] At each read of the list: a loaded list is a list like any other
