# the other side made by backref
# strategies: selectin, joined, subquery
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import backref, DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


class House(Base):
    __tablename__ = "houses"
    id: Mapped[int] = mapped_column(primary_key=True)
    rooms: Mapped[list["Room"]] = relationship(backref=backref("house", lazy="joined"), order_by="Room.id")


class Room(Base):
    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[Optional[int]] = mapped_column(ForeignKey("houses.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(House(id=1, rooms=[Room(id=1), Room(id=2)]))
    session.add(Room(id=3, house=House(id=2)))
    session.commit()
with Session(engine) as session:
    for room in session.scalars(select(Room).order_by(Room.id)).unique():
        print(room.id, room.house.id, len(room.house.rooms))
    room.house.rooms.append(Room(id=4))
    session.commit()
    print(session.get(Room, 4).house.id)
