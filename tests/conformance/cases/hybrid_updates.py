# hybrids that are set and updated
# strategies: none
from typing import List, Optional
from sqlalchemy import ForeignKey, create_engine, func, select, update
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, aliased, column_property, defer, mapped_column, relationship,
)


class Base(DeclarativeBase):
    pass

from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property


class Interval(Base):
    __tablename__ = "intervals"
    id: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[int]
    end: Mapped[int]
    owner_id: Mapped[Optional[int]] = mapped_column(ForeignKey("owners.id"))

    def __init__(self, start, end):
        self.start, self.end = start, end

    @hybrid_property
    def length(self):
        return self.end - self.start

    @length.inplace.setter
    def _length_setter(self, value):
        self.end = self.start + value

    @length.inplace.update_expression
    def _length_update(cls, value):
        return [(cls.end, cls.start + value)]

    @hybrid_property
    def radius(self):
        return abs(self.length) / 2

    @radius.inplace.expression
    @classmethod
    def _radius(cls):
        return func.abs(cls.length) / 2

    @hybrid_method
    def contains(self, point):
        return (self.start <= point) & (point <= self.end)


class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str] = mapped_column()
    last: Mapped[str] = mapped_column()
    intervals: Mapped[List[Interval]] = relationship()
    fullname: Mapped[str] = column_property(first + " " + last)

    @hybrid_property
    def total(self):
        return sum(i.length for i in self.intervals)

    @total.inplace.expression
    @classmethod
    def _total(cls):
        return select(func.sum(Interval.length)).where(Interval.owner_id == cls.id).scalar_subquery().label("total")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Owner(first="A", last="B", intervals=[Interval(1, 5), Interval(2, 10)]), Owner(first="C", last="D", intervals=[Interval(0, 3)])])
    session.commit()
    print(session.scalars(select(Interval.length)).all(), session.execute(select(Interval.id, Interval.radius).where(Interval.radius > 1).order_by(Interval.radius)).all())
    print(session.scalars(select(Interval).where(Interval.contains(4))).all()[0].length)
    for o in session.scalars(select(Owner).order_by(Owner.total.desc())):
        print(o.fullname, o.total)
    print(session.execute(select(Owner.fullname, Owner.total)).all())
    i = session.get(Interval, 1)
    i.length = 30
    session.flush()
    print(i.end)
    session.execute(update(Interval).where(Interval.id == 2).values({Interval.length: 50}))
    print(session.get(Interval, 2).end)
    A = aliased(Interval)
    print(session.scalars(select(A.length).order_by(A.length.desc())).all(), session.scalars(select(A.id).where(A.contains(3))).all())
    print(select(Owner.first).where(Owner.fullname == "A B"))
    o = session.scalars(select(Owner).options(defer(Owner.fullname))).first()
    print("fullname" in o.__dict__, o.fullname)
