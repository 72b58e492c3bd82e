# two references to one table
# strategies: selectin, joined, subquery
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import aliased, DeclarativeBase, joinedload, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


class Place(Base):
    __tablename__ = "places"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    departures: Mapped[list["Trip"]] = relationship(back_populates="origin", foreign_keys="Trip.origin_id", order_by="Trip.id")


class Trip(Base):
    __tablename__ = "trips"
    id: Mapped[int] = mapped_column(primary_key=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    origin: Mapped["Place"] = relationship(foreign_keys=[origin_id], back_populates="departures")
    target: Mapped["Place"] = relationship(foreign_keys=[target_id])


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Place(id=n, name=f"Place {n}") for n in (1, 2, 3)])
    session.flush()
    session.add_all([Trip(id=1, origin_id=1, target_id=2), Trip(id=2, origin_id=2, target_id=3), Trip(id=3, origin_id=1, target_id=3)])
    session.commit()
with Session(engine) as session:
    for trip in session.scalars(select(Trip).order_by(Trip.id)).unique():
        print(trip.origin.name, "to", trip.target.name)
with Session(engine) as session:
    query = select(Trip).options(joinedload(Trip.origin), joinedload(Trip.target)).order_by(Trip.id)
    for trip in session.scalars(query).unique():
        print(trip.origin.name, "to", trip.target.name, len(trip.origin.departures))
with Session(engine) as session:
    origin, target = aliased(Place), aliased(Place)
    query = select(origin.name, target.name).select_from(Trip).join(Trip.origin.of_type(origin)).join(Trip.target.of_type(target))
    print(session.execute(query.order_by(Trip.id)).all())
