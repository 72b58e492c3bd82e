# attributes made of several columns
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, Integer, select
from dataclasses import dataclass
from sqlalchemy.orm import aliased, composite, DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


@dataclass
class Point:
    x: int
    y: int


class Vertex(Base):
    __tablename__ = "v"
    id: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[Point] = composite(mapped_column("x1"), mapped_column("y1"))
    end: Mapped[Point] = composite(mapped_column("x2"), mapped_column("y2"))

    def __repr__(self):
        return f"Vertex({self.start}, {self.end})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    v = Vertex(start=Point(1, 2), end=Point(3, 4))
    s.add(v)
    s.commit()
    print(v.start, v.end)
    print(s.scalars(select(Vertex).where(Vertex.start == Point(1, 2))).all())
    v.start = Point(5, 6)
    s.commit()
    print(s.execute(select(Vertex.id, Vertex.start)).all())
    print(s.scalars(select(Vertex).where(Vertex.end != Point(1, 2))).all())


class Base(DeclarativeBase):
    pass


@dataclass
class Address:
    street: str
    zip: Optional[str]


class Point:

    def __init__(self, x, y):
        self.x, self.y = (x, y)

    def __composite_values__(self):
        return (self.x, self.y)

    def __repr__(self):
        return f"P({self.x},{self.y})"

    def __eq__(self, o):
        return isinstance(o, Point) and (self.x, self.y) == (o.x, o.y)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    home: Mapped[Address] = composite()
    work: Mapped[Optional[Address]] = composite(mapped_column("work_street"), mapped_column("work_zip"))
    pos: Mapped[Point] = composite(mapped_column("px", Integer), mapped_column("py", Integer))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
print([c.name for c in User.__table__.c])
with Session(engine) as s:
    s.add_all([User(home=Address("s", None), work=Address("v", "x"), pos=Point(1, 2)), User(home=Address("t", "z"), work=Address("w", "y"), pos=Point(3, 4))])
    s.commit()
    for u in s.scalars(select(User).order_by(User.id)):
        print(u.home, u.work, u.pos, u.street, u.px)
    u.home = Address("n", "m")
    u.work = None
    try:
        s.commit()
    except Exception as error:
        print(type(error).__name__)
        s.rollback()
    print(u.home, u.work)
    print(s.execute(select(User.id, User.pos, User.home).where(User.pos != Point(1, 2))).all())
    print(s.scalars(select(User.pos).where(User.home == Address("n", "m"))).all())
    a = aliased(User)
    print(s.execute(select(a.pos)).all())
