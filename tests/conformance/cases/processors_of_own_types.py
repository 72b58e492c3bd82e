# Types with processors of their own, what a LargeBinary takes, and REGEXP
# strategies: none
from typing import Any

from sqlalchemy import LargeBinary, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import UserDefinedType


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

    def __eq__(self, other):
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)


class PointType(UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **kw):
        return "POINT"

    def bind_processor(self, dialect):
        return lambda point: None if point is None else f"{point.x};{point.y}"

    def result_processor(self, dialect, coltype):
        return lambda text: None if text is None else Point(*map(int, text.split(";")))


class Base(DeclarativeBase):
    pass


class Place(Base):
    __tablename__ = "place"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    at: Mapped[Any] = mapped_column(PointType(), nullable=True)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Place(name="well", at=Point(1, 2)), Place(name="tower"), Place(name="wall", at=Point(3, 4))])
    session.commit()
    print(session.execute(select(Place.name, Place.at).order_by(Place.id)).all())
    print(session.scalars(select(Place.name).where(Place.at == Point(1, 2))).all())
    well = session.get(Place, 1)
    well.at = Point(1, 2)
    session.flush()
    well.at = Point(5, 6)
    session.commit()
    print(well.at)
    print(session.scalars(select(Place.name).where(Place.name.regexp_match("^w.*l$")).order_by(Place.id)).all())
    print(session.scalars(select(Place.name).where(~Place.name.regexp_match("^w")).order_by(Place.id)).all())
    try:
        print(session.scalars(select(Place).where(Place.name.regexp_match("("))).all())
    except Exception as error:
        print(type(error).__name__, str(error).split("\n")[0])
    for photo in bytearray(b"x"), memoryview(b"y"), b"z":
        session.add(Place(name="photo", photo=photo))
        session.commit()
    print(session.scalars(select(Place.photo).where(Place.photo.is_not(None))).all())
    for photo in "text", 5:
        session.add(Place(name="photo", photo=photo))
        try:
            session.commit()
        except Exception as error:
            print(type(error).__name__, str(error).split("\n")[0])
            session.rollback()
