# Mapped dataclasses: what their mixins declare for each class, and superclasses that are no dataclasses
# strategies: none
import dataclasses
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, Integer, select
from sqlalchemy.orm import declared_attr, DeclarativeBase, Mapped, mapped_column, MappedAsDataclass, relationship, Session


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class Owned(MappedAsDataclass):
    @declared_attr
    def owner_id(cls) -> Mapped[Optional[int]]:
        return mapped_column(ForeignKey("owner.id"), default=None, init=False, repr=False)

    @declared_attr
    def owner(cls) -> Mapped[Optional["Owner"]]:
        return relationship(default=None, repr=False)


class Noted(MappedAsDataclass):
    note: Mapped[str] = mapped_column(default="-")

    @declared_attr
    def rank(cls) -> Mapped[int]:
        return mapped_column(default=3)

    @declared_attr
    def loose(cls):
        return mapped_column("loose", Integer, default=None)


class Owner(Base):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)


class Pet(Owned, Noted, Base):
    __tablename__ = "pet"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(default="x")


print([(field.name, field.init, field.repr) for field in dataclasses.fields(Pet)])
print(Pet("wild"), Pet("tame", "Tom", owner=Owner()), Pet("tame", "Tom", None, 5))


class Mixin:
    note: Mapped[str] = mapped_column(default="x")
    other: Mapped[str] = mapped_column(default="x")


class Counted:
    @declared_attr
    def amount(cls) -> Mapped[int]:
        return mapped_column(default=3)


class Untyped:
    number = mapped_column("number", Integer)

    @declared_attr
    def more(cls):
        return mapped_column("more", Integer)


@dataclasses.dataclass
class Plain:
    size: Mapped[int] = mapped_column(default=1)


def tried(name, *bases):
    try:
        made = type(name, bases, {
            "__tablename__": name,
            "__annotations__": {"id": Mapped[int]},
            "id": mapped_column(primary_key=True, init=False),
        })
        print([(field.name, field.init, field.repr) for field in dataclasses.fields(made)], made())
    except Exception as error:
        print(type(error).__name__, error)


tried("one", Mixin, Base)
tried("two", Counted, Base)
tried("three", Untyped, Base)
tried("four", Noted, Base)
tried("five", Base, Owned)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Pet("wild"), Pet("tame", "Tom", owner=Owner())])
    session.commit()
    for pet in session.scalars(select(Pet).order_by(Pet.id)):
        print(pet, pet.owner)
