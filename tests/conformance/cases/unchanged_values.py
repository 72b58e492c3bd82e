# values that are set to what the row has already: equal to a program is not changed, whatever the database stores
import datetime
import enum
import uuid
from decimal import Decimal

from sqlalchemy import JSON, Numeric, String, create_engine, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator


class Reversed(TypeDecorator):
    impl = String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value[::-1]

    def process_result_value(self, value, dialect):
        return value[::-1]


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcels"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[datetime.date]
    at: Mapped[datetime.datetime]
    size: Mapped[Size]
    code: Mapped[uuid.UUID]
    weight: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    labels: Mapped[dict] = mapped_column(JSON)
    fragile: Mapped[bool]
    length: Mapped[float]
    word: Mapped[str] = mapped_column(Reversed)


def values():
    return {
        "day": datetime.date(2021, 2, 3),
        "at": datetime.datetime(2021, 2, 3, 4, 5),
        "size": Size.LARGE,
        "code": uuid.UUID(int=5),
        "weight": Decimal("2.50"),
        "labels": {"to": "Ivo", "by": [1, 2]},
        "fragile": True,
        "length": 1.5,
        "word": "abc",
    }


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Parcel(**values()))
    session.commit()

with Session(engine) as session:
    parcel = session.get(Parcel, 1)
    for name, value in values().items():
        setattr(parcel, name, value)
    print(parcel in session.dirty, session.is_modified(parcel), inspect(parcel).attrs.day.history)
    session.commit()
    session.merge(Parcel(id=1, **values()))
    session.commit()
    parcel.labels = {"by": [1, 2], "to": "Ivo"}
    parcel.weight = Decimal("2.5")
    parcel.fragile = 1
    session.commit()
    parcel.day
    parcel.day, parcel.word = datetime.date(2021, 2, 4), "cba"
    session.commit()
    print(parcel.day, parcel.word)
