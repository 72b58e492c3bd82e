# what cascade= may say, distinct_target_key, the load event of merged objects
# strategies: none
import warnings

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, create_engine, event, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import (
    CascadeOptions, Session, backref, class_mapper, configure_mappers, declarative_base, joinedload, registry, relationship,
    selectinload, subqueryload,
)

for words in ("save-update, fake, even-more", "all, none", "all, delete-orphan", None, "delete-orphan"):
    try:
        print(words, CascadeOptions(words))
    except ArgumentError as error:
        print(error)
try:
    relationship("Desk", cascade="forever")
except ArgumentError as error:
    print(error)
print(relationship("Desk").cascade, relationship("Desk", viewonly=True, cascade="all").cascade.delete)

# A contradiction is found when the mappers are configured.
Other = declarative_base()


class Shelf(Other):
    __tablename__ = "shelves"
    id = Column(Integer, primary_key=True)
    boxes = relationship("Box", cascade="all", passive_deletes="all", uselist=True)


class Box(Other):
    __tablename__ = "boxes"
    id = Column(Integer, primary_key=True)
    shelf_id = Column(ForeignKey("shelves.id"))


try:
    configure_mappers()
except ArgumentError as error:
    print(error)

Base = declarative_base()


class Room(Base):
    __tablename__ = "rooms"
    floor = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)


class Desk(Base):
    __tablename__ = "desks"
    id = Column(Integer, primary_key=True)
    floor = Column()
    number = Column()
    room = relationship(Room, backref=backref("desks", cascade=None), distinct_target_key=False)
    again = relationship(Room, viewonly=True)
    __table_args__ = (ForeignKeyConstraint(["floor", "number"], ["rooms.floor", "rooms.number"]),)


# The mapper is configured before it is shown.
print(class_mapper(Room).relationships.keys(), class_mapper(Desk).get_property("room").lazy, Desk.__table__.c.floor.type)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

loaded = []
for cls in (Room, Desk):
    event.listen(cls, "load", lambda instance, context: loaded.append(type(instance).__name__))

with Session(engine) as session:
    room = Room(floor=1, number=7)
    desk = Desk(id=1, room=room)
    session.add(room)
    print(desk in session)
    session.add_all([desk, Desk(id=2, room=room)])
    session.commit()

with Session(engine) as session:
    merged = session.merge(Desk(id=3, room=Room(floor=2, number=1)))
    print(loaded)
    session.commit()
    loaded.clear()
    session.merge(Desk(id=3))
    print(loaded)

with Session(engine) as session:
    for desk in session.scalars(select(Desk).options(subqueryload(Desk.room), subqueryload(Desk.again)).order_by(Desk.id)):
        print(desk.id, desk.room and desk.room.number)
