# %% A shop setup
import asyncio
import json
from typing import List, Optional

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncAttrs, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    backref,
    contains_eager,
    deferred,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
    subqueryload,
    undefer,
)


class Base(AsyncAttrs, DeclarativeBase):
    pass


order_tag = Table(
    "order_tag",
    Base.metadata,
    Column("order_id", ForeignKey("order.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    email: Mapped[Optional[str]]
    note = deferred(Column(String, default="note"))
    biography: Mapped[str] = mapped_column(deferred=True, default="life", deferred_group="long")
    portrait: Mapped[str] = mapped_column(deferred=True, default="face", deferred_group="long")
    orders: Mapped[List["Order"]] = relationship(back_populates="customer", order_by="Order.id")
    addresses: Mapped[List["Address"]] = relationship(back_populates="customer", cascade="all, delete-orphan")
    account: Mapped["Account"] = relationship(back_populates="customer", uselist=False)


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    balance: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), unique=True)
    customer: Mapped["Customer"] = relationship(back_populates="account")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str]
    customer_id: Mapped[Optional[int]] = mapped_column(ForeignKey("customer.id"), index=True)
    customer: Mapped[Optional["Customer"]] = relationship(back_populates="addresses")


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    billing_id: Mapped[Optional[int]] = mapped_column(ForeignKey("address.id"), index=True)
    shipping_id: Mapped[Optional[int]] = mapped_column(ForeignKey("address.id"), index=True)
    customer: Mapped["Customer"] = relationship(back_populates="orders")
    billing: Mapped[Optional["Address"]] = relationship(foreign_keys=[billing_id])
    shipping: Mapped[Optional["Address"]] = relationship(foreign_keys=[shipping_id])
    lines: Mapped[List["Line"]] = relationship(back_populates="order")
    tags: Mapped[List["Tag"]] = relationship(secondary=order_tag, back_populates="orders")


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("product.id"), index=True)
    parts: Mapped[List["Product"]] = relationship(back_populates="whole")
    whole: Mapped[Optional["Product"]] = relationship(back_populates="parts", remote_side=[id])


class Line(Base):
    __tablename__ = "line"
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    order: Mapped["Order"] = relationship(back_populates="lines")
    product: Mapped["Product"] = relationship()
    remarks: Mapped[List["Remark"]] = relationship(back_populates="line")


class Remark(Base):
    __tablename__ = "remark"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    order_id: Mapped[int]
    number: Mapped[int]
    line: Mapped["Line"] = relationship(back_populates="remarks")
    __table_args__ = (
        sa.ForeignKeyConstraint(["order_id", "number"], ["line.order_id", "line.number"]),
        sa.Index("ix_remark", "order_id", "number"),
    )


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    orders: Mapped[List["Order"]] = relationship(secondary=order_tag, back_populates="tags")


engine = create_engine("sqlite:///:memory:")
Base.metadata.create_all(engine)
SessionLocal = sessionmaker(bind=engine)

# 8 customers with an account, 2 addresses and 3 orders each; an order has 2 lines and 2 tags; a line 1 remark.
# Product 1 holds 2 to 6; billing is set for every other order only.
with Session(engine) as session:
    session.execute(insert(Customer), [{"id": n, "name": f"C{n}", "email": f"c{n}@x"} for n in range(1, 9)])
    session.execute(insert(Account), [{"id": n, "balance": n * 10, "customer_id": n} for n in range(1, 9)])
    session.execute(insert(Address), [{"id": n, "city": f"T{n % 3}", "customer_id": (n + 1) // 2} for n in range(1, 17)])
    session.execute(
        insert(Order),
        [
            {
                "id": n,
                "total": n,
                "customer_id": (n + 2) // 3,
                "billing_id": (n + 2) // 3 * 2 if n % 2 else None,
                "shipping_id": (n + 2) // 3 * 2 - 1,
            }
            for n in range(1, 25)
        ],
    )
    session.execute(insert(Product), [{"id": n, "name": f"P{n}", "parent_id": 1 if n > 1 else None} for n in range(1, 7)])
    session.execute(
        insert(Line),
        [{"order_id": n, "number": k, "amount": n * k, "product_id": (n + k) % 6 + 1} for n in range(1, 25) for k in (1, 2)],
    )
    session.execute(
        insert(Remark),
        [{"id": n * 2 + k, "text": "r", "order_id": n, "number": k} for n in range(1, 25) for k in (1, 2)],
    )
    session.execute(insert(Tag), [{"id": n, "name": f"t{n}"} for n in range(1, 5)])
    session.execute(
        insert(order_tag), [{"order_id": n, "tag_id": t} for n in range(1, 25) for t in (n % 4 + 1, (n + 1) % 4 + 1)]
    )
    session.commit()

