# Mixins whose relationships, columns and expressions are made anew for each class
# strategies: selectin, joined
from typing import Optional

from sqlalchemy import Column, ForeignKey, String, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, column_property, declared_attr, deferred, mapped_column, relationship,
)


class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)


class Owned:
    calls = []

    @declared_attr
    def owner_id(cls) -> Mapped[Optional[int]]:
        Owned.calls.append(cls.__name__)
        return mapped_column(ForeignKey("companies.id"), index=True)

    @declared_attr
    def owner(cls) -> Mapped[Optional["Company"]]:
        return relationship(foreign_keys=[cls.owner_id], back_populates=f"{cls.__name__.lower()}s")

    @declared_attr
    def twice(cls) -> Mapped[int]:
        return column_property(cls.owner_id * 2)

    @declared_attr
    def notes(cls) -> Mapped[str]:
        return deferred(Column(String))

    @declared_attr
    def kind(cls):
        return cls.__name__


class Company(Base):
    __tablename__ = "companies"
    name: Mapped[str]
    desks: Mapped[list["Desk"]] = relationship(back_populates="owner", order_by="Desk.id")
    lamps: Mapped[list["Lamp"]] = relationship(back_populates="owner", order_by="Lamp.id")


class Desk(Owned, Base):
    __tablename__ = "desks"


class Lamp(Owned, Base):
    __tablename__ = "lamps"


print(Owned.calls, Desk.__table__.c.keys(), Lamp.kind)
print(select(Desk.id).join(Desk.owner))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Company(name="a", desks=[Desk(notes="n"), Desk()], lamps=[Lamp()]))
    session.commit()
with Session(engine) as session:
    for desk in session.scalars(select(Desk).order_by(Desk.id)):
        print(desk.owner.name, desk.twice, desk.notes, len(desk.owner.lamps))
