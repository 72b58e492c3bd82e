# Attributes that are called otherwise than their columns
# strategies: lazy, selectin, joined, subquery
from sqlalchemy import *
from sqlalchemy.orm import *


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"
    key: Mapped[int] = mapped_column("id", primary_key=True)
    zip: Mapped[str | None] = mapped_column("postcode")
    name: Mapped[str] = mapped_column("nn")
    plain: Mapped[str | None]
    boss_key: Mapped[int | None] = mapped_column("boss_id", ForeignKey("people.id"))
    boss: Mapped["Person | None"] = relationship(remote_side=key)
    pets: Mapped[list["Pet"]] = relationship(back_populates="owner")


class Pet(Base):
    __tablename__ = "pets"
    id: Mapped[int] = mapped_column(primary_key=True)
    call: Mapped[str] = mapped_column("name")
    owner_key: Mapped[int | None] = mapped_column("owner", ForeignKey("people.id"))
    owner: Mapped["Person | None"] = relationship(back_populates="pets")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    top = Person(name="top", zip="1")
    session.add_all([top, Person(name="low", boss=top, pets=[Pet(call="rex"), Pet(call="tom")])])
    session.commit()
    for person in session.scalars(select(Person).order_by(Person.name)).unique():
        print(person.key, person.name, person.zip, person.boss and person.boss.name, [pet.call for pet in person.pets])
    print(session.execute(select(Person.name, Person.key, Pet.call).join(Person.pets)).all())
    print(session.execute(select(Person.name.label("x"), Person.boss_key)).mappings().all())
    print(session.scalars(select(Pet).filter_by(call="rex")).one().owner.name)
    session.execute(update(Person).where(Person.name == "top").values(zip="2", plain="p"))
    session.execute(insert(Pet).values(call="new"))
    session.execute(insert(Pet), [{"call": "bulk", "owner_key": 1}])
    print(session.scalars(select(Pet.call).order_by(Pet.id)).all())
    low = session.scalars(select(Person).where(Person.boss_key.is_not(None)).options(load_only(Person.name))).unique().one()
    low.zip = "9"
    session.commit()
    print(low.zip, low.plain)
    session.execute(update(Person), [{"key": 1, "name": "bulk"}])
    session.commit()
    print(session.get(Person, 1).name, Person.__table__.c.keys(), inspect(Person).column_attrs.keys())
