# keys of two columns
# strategies: selectin, joined, subquery
from typing import Optional
from sqlalchemy import create_engine, ForeignKeyConstraint, select
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


class Order(Base):
    __tablename__ = "orders"
    shop: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list["Line"]] = relationship(back_populates="order", order_by="Line.id")


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    shop: Mapped[Optional[int]]
    number: Mapped[Optional[int]]
    order: Mapped[Optional["Order"]] = relationship(back_populates="lines")
    __table_args__ = (ForeignKeyConstraint(["shop", "number"], ["orders.shop", "orders.number"]),)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Order(shop=s, number=n, lines=[Line(id=10 * s + n)]) for s in (1, 2) for n in (1, 2)])
    session.add(Line(id=99))
    session.commit()
with Session(engine) as session:
    for order in session.scalars(select(Order).order_by(Order.shop, Order.number)).unique():
        print(order.shop, order.number, [line.id for line in order.lines])
with Session(engine) as session:
    lines = session.scalars(select(Line).order_by(Line.id)).unique().all()
    for line in lines:
        print(line.id, line.order and line.order.number)
    print(session.get(Order, (1, 2)).number, session.get(Order, {"shop": 2, "number": 1}).shop)
for option in (selectinload, joinedload, subqueryload):
    with Session(engine) as session:
        for order in session.scalars(select(Order).options(option(Order.lines)).order_by(Order.shop, Order.number)).unique():
            print(order.shop, order.number, [line.id for line in order.lines])
