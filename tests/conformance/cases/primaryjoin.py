# conditions of one's own on a relationship
# strategies: selectin, joined, subquery
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import (
    DeclarativeBase,
    joinedload,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
    subqueryload,
)


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    open_orders: Mapped[list["Order"]] = relationship(
        primaryjoin="and_(Customer.id == Order.customer_id, Order.is_open == True)", viewonly=True, order_by="Order.id"
    )
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", order_by="desc(Order.id)")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped["Customer"] = relationship(back_populates="orders")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Customer(id=n, name=f"C{n}", orders=[Order(is_open=True), Order(is_open=n == 1)]) for n in (1, 2)])
    session.commit()
with Session(engine) as session:
    for customer in session.scalars(select(Customer).order_by(Customer.id)).unique():
        print(customer.name, [order.id for order in customer.open_orders], [order.id for order in customer.orders])
for option in (selectinload, joinedload, subqueryload):
    with Session(engine) as session:
        for customer in session.scalars(select(Customer).options(option(Customer.open_orders)).order_by(Customer.id)).unique():
            print(customer.name, [order.id for order in customer.open_orders])
