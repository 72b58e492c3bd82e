# sessions that are left by return, raise and break
# strategies: selectin, joined, raise
import datetime
import warnings
from decimal import Decimal
from typing import List, Optional
import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy import exc


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    fullname: Mapped[Optional[str]]
    addresses: Mapped[List["Address"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    orders: Mapped[List["Order"]] = relationship(back_populates="user")

    def __repr__(self):
        return f"User(id={self.id!r}, name={self.name!r})"


class Address(Base):
    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped["User"] = relationship(back_populates="addresses")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("users.id"))
    placed: Mapped[datetime.date] = mapped_column(default=lambda: datetime.date(2024, 1, 2))
    user: Mapped[Optional["User"]] = relationship(back_populates="orders")
    lines: Mapped[List["Line"]] = relationship(back_populates="order", cascade="all, delete-orphan", order_by="Line.position")


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[Decimal] = mapped_column(sa.Numeric(10, 2))


class Line(Base):
    __tablename__ = "lines"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    quantity: Mapped[int] = mapped_column(default=1)
    order: Mapped["Order"] = relationship(back_populates="lines")
    item: Mapped["Item"] = relationship(innerjoin=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
warnings.filterwarnings("ignore", message=".*Decimal.*")
with Session(engine) as session:
    items = [Item(name=n, price=Decimal(p)) for n, p in (("pen", "1.50"), ("ink", "4.25"), ("pad", "3.00"))]
    session.add_all(items)
    for i, name in enumerate(("ann", "ben", "cat"), 1):
        user = User(name=name, fullname=name.title() if i != 2 else None)
        user.addresses = [Address(email=f"{name}{k}@x.org") for k in range(i)]
        for o in range(3 - i):
            user.orders.append(Order(lines=[Line(position=p, item=items[(i + p) % 3], quantity=p + o + 1) for p in range(2)]))
        session.add(user)
    session.commit()

def find(name):
    try:
        with Session(engine) as session:
            return session.scalars(select(User).where(User.name == name)).one().id
    except exc.NoResultFound as error:
        return str(error)


def first_of(names):
    for name in names:
        with Session(engine) as session:
            found = session.scalar(select(User).where(User.name == name))
            if found is None:
                continue
            break
    else:
        return None
    return found.name


print(find("ann"), find("nobody"), first_of(["x", "ben", "cat"]), first_of([]))
try:
    with Session(engine) as session:
        with session.begin():
            session.add(User(name="dan"))
            session.flush()
            raise ValueError("no dan")
except ValueError as error:
    print(error)
try:
    with Session(engine) as session, session.begin():
        session.add(User(name="eve"))
        raise KeyError("no eve")
except (KeyError, ValueError) as error:
    print(repr(error))
finally:
    print("finally")
with Session(engine) as session:
    print(session.scalars(select(User.name).order_by(User.id)).all())
    print([len(user.addresses) for user in session.scalars(select(User).order_by(User.id)).unique()])
raise ValueError("the end")
