# defaults, and values on their way in and out
# strategies: none
import datetime
import enum
from decimal import Decimal

from typing import Optional
from sqlalchemy import create_engine, JSON, Numeric, select, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


class Kind(enum.Enum):
    small = 1
    large = 2


class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), default="unnamed")
    count: Mapped[int] = mapped_column(default=lambda: 7)
    price: Mapped[Optional[Decimal]] = mapped_column(Numeric(10, 2))
    ratio: Mapped[Optional[float]]
    is_new: Mapped[bool] = mapped_column(default=True)
    made: Mapped[Optional[datetime.datetime]]
    day: Mapped[Optional[datetime.date]]
    kind: Mapped[Optional[Kind]]
    data: Mapped[Optional[bytes]]
    extra: Mapped[Optional[dict]] = mapped_column(JSON)
    stamp: Mapped[str] = mapped_column(server_default="later")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Thing())
    session.add(Thing(name="full", count=1, price=Decimal("9.99"), ratio=0.5, is_new=False,
                      made=datetime.datetime(2026, 1, 2, 3, 4, 5), day=datetime.date(2026, 1, 2), kind=Kind.large,
                      data=b"\x00\xff", extra={"a": [1, None]}))
    session.commit()
with Session(engine) as session:
    for thing in session.scalars(select(Thing).order_by(Thing.id)):
        print(thing.name, thing.count, thing.price, thing.ratio, thing.is_new, thing.made, thing.day, thing.kind, thing.data, thing.extra, thing.stamp)
    print(session.scalars(select(Thing.name).where(Thing.is_new)).all())
    print(session.scalars(select(Thing.name).where(Thing.kind == Kind.large)).all())
    print(session.scalars(select(Thing.name).where(Thing.made > datetime.datetime(2025, 1, 1))).all())
