# Constraints of types, values that an Enum does not have, and slices that keep order
# strategies: none
import enum
from dataclasses import dataclass

from sqlalchemy import Boolean, Enum, ForeignKey, Table, create_engine, insert, select, text
from sqlalchemy import Column, Integer, bindparam
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, composite, joinedload, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Color(enum.Enum):
    red = 1
    blue = 2


@dataclass
class Point:
    x: int
    y: int


class Shape(Base):
    __tablename__ = "shapes"
    id: Mapped[int] = mapped_column(primary_key=True)
    color: Mapped[Color] = mapped_column(Enum(Color, create_constraint=True, name="colors"), default=Color.red)
    is_big: Mapped[bool] = mapped_column(Boolean(create_constraint=True), default=False)
    start: Mapped[Point] = composite(mapped_column("x"), mapped_column("y"))


class Paint(Base):
    __tablename__ = "paints"
    id: Mapped[int] = mapped_column(primary_key=True)
    color: Mapped[Color]


class Hidden(Base):
    __tablename__ = "hidden"
    id: Mapped[int] = mapped_column(primary_key=True, deferred=True)
    name: Mapped[str]


class Slide(Base):
    __tablename__ = "slides"
    id: Mapped[int] = mapped_column(primary_key=True)
    bullets: Mapped[list["Bullet"]] = relationship(
        order_by="Bullet.position", collection_class=ordering_list("position"), cascade="all, delete-orphan"
    )


class Bullet(Base):
    __tablename__ = "bullets"
    id: Mapped[int] = mapped_column(primary_key=True)
    slide_id: Mapped[int] = mapped_column(ForeignKey("slides.id"))
    position: Mapped[int | None]
    words: Mapped[str]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def tried(do):
    with Session(engine) as session:
        try:
            print(do(session))
        except Exception as error:
            print(type(error).__name__, str(error).split("(Background")[0])


with Session(engine) as session:
    session.add_all([Shape(id=1, start=Point(2, 1)), Shape(id=2, start=Point(1, 9), color=Color.blue)])
    session.add(Hidden(id=1, name="h"))
    session.execute(text("INSERT INTO paints (color) VALUES ('red'), ('green')"))
    session.commit()

tried(lambda s: s.execute(text("INSERT INTO shapes (id, color, is_big, x, y) VALUES (3, 'green', 0, 0, 0)")))
tried(lambda s: s.execute(text("INSERT INTO shapes (id, color, is_big, x, y) VALUES (3, 'red', 7, 0, 0)")))
tried(lambda s: s.scalars(select(Paint)).all())
tried(lambda s: s.scalars(select(Paint.color)).all())
tried(lambda s: s.scalars(select(Paint).where(Paint.color == "purple")).all())
tried(lambda s: s.scalars(select(Shape.id).order_by(Shape.start)).all())
tried(lambda s: s.scalars(select(Hidden)).all())
tried(lambda s: s.scalars(select(Shape).where(Shape.id == Shape(id=1))).all())
tried(lambda s: s.execute(select()).all())
tried(lambda s: s.execute(select().where(Shape.id == 1)).all())
tried(lambda s: s.execute(select(Slide.bullets).join(Slide.bullets)).all())
tried(lambda s: ((Shape.id == 5).right.value, bindparam("q", 7).value, bindparam("q", 7).required))

Table("lost", Base.metadata, Column("id", Integer, primary_key=True), Column("slide_id", ForeignKey("slides.nope")))
tried(lambda s: s.execute(select(Slide).join(Base.metadata.tables["lost"])).all())

with Session(engine) as session:
    slide = Slide(bullets=[Bullet(words=letter) for letter in "abcd"])
    session.add(slide)
    session.commit()

    def look(what):
        print(what, [(bullet.words, bullet.position) for bullet in slide.bullets])
        session.commit()

    slide.bullets[1:3] = [Bullet(words=letter) for letter in "pqr"]
    look("slice")
    del slide.bullets[0:2]
    look("del")
    slide.bullets[::2] = [Bullet(words=letter) for letter in "xy"]
    look("step")
    slide.bullets[0] = Bullet(words="new")
    look("one")
    look("read again")
