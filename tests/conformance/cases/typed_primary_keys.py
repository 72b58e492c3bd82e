# primary keys of types that a program sees otherwise than the database stores them
import datetime
import enum
import uuid
from decimal import Decimal
from typing import List

from sqlalchemy import Date, Enum, ForeignKey, Numeric, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload, subqueryload
from sqlalchemy.types import TypeDecorator


class Upper(TypeDecorator):
    impl = String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value if value is None else value.lower()

    def process_result_value(self, value, dialect):
        return value if value is None else value.upper()


class Line(enum.Enum):
    RED = "r"
    BLUE = "b"


class Base(DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    holder: Mapped[str]
    remark: Mapped[str] = mapped_column(deferred=True)
    trips: Mapped[List["Trip"]] = relationship(back_populates="ticket", order_by="Trip.day")


class Trip(Base):
    __tablename__ = "trips"
    line: Mapped[Line] = mapped_column(Enum(Line), primary_key=True)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    gate: Mapped[str] = mapped_column(Upper, primary_key=True)
    fare: Mapped[Decimal] = mapped_column(Numeric(6, 2), primary_key=True)
    seat: Mapped[str] = mapped_column(deferred=True)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id"))
    ticket: Mapped["Ticket"] = relationship(back_populates="trips")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
number = uuid.UUID(int=7)
day = datetime.date(2024, 5, 6)
with Session(engine) as session:
    trips = [
        Trip(line=Line.RED, day=day, gate="A1", fare=Decimal("2.50"), seat="12"),
        Trip(line=Line.BLUE, day=day, gate="B2", fare=Decimal("3.75"), seat="30"),
    ]
    session.add(Ticket(id=number, holder="Mara", remark="paid", trips=trips))
    session.commit()

key = (Line.RED, day, "A1", Decimal("2.50"))
for options in [(), (selectinload(Ticket.trips),), (subqueryload(Ticket.trips),)]:
    with Session(engine) as session:
        for ticket in session.scalars(select(Ticket).options(*options)):
            print(ticket.holder, ticket.remark, [(trip.gate, trip.seat) for trip in ticket.trips])

with Session(engine) as session:
    trip = session.get(Trip, key)
    print(trip.ticket.holder, trip.ticket is session.get(Ticket, number), session.get(Trip, key) is trip)
    session.expire(trip)
    print(trip.seat, trip.fare)
    session.refresh(trip)
    trip.seat = "13"
    session.commit()
    print(trip.seat)
    ticket = session.merge(Ticket(id=number, holder="Mara Z."))
    session.commit()
    print(ticket.holder, len(ticket.trips))
    for trip in list(ticket.trips):
        session.delete(trip)
    session.delete(ticket)
    session.commit()
    print(session.scalars(select(Ticket)).all())
