# a merged object loads as the given one would
# strategies: none
from typing import List
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, immediateload, joinedload, mapped_column, relationship, selectinload,
    subqueryload,
)


class Base(DeclarativeBase):
    pass

class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[str]
    bs: Mapped[List["B"]] = relationship(lazy="raise", back_populates="a")
    cs: Mapped[List["B"]] = relationship(viewonly=True)


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    data: Mapped[str]
    a: Mapped["A"] = relationship(back_populates="bs")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine, expire_on_commit=False) as session:
    session.add_all([A(data="a1", bs=[B(data="b1"), B(data="b2")])])
    session.commit()
for opts in ([selectinload(A.bs)], [selectinload(A.cs)], [joinedload(A.bs)], [joinedload(A.cs)], [subqueryload(A.bs)], [immediateload(A.bs)], [immediateload(A.cs)]):
  for how in ("touch", "merge", "get", "query", "mergetouch"):
    with Session(engine) as session:
        a = session.scalars(select(A).options(*opts)).unique().one()
        session.expire(a)
        if how == "touch":
            a.data
        elif how == "merge":
            session.merge(A(id=1, data="merged"))
        elif how == "get":
            session.get(A, 1)
        elif how == "query":
            session.scalars(select(A)).all()
        elif how == "mergetouch":
            a.id
            session.merge(A(id=1, data="merged"))
        print(how, "bs" in a.__dict__, "cs" in a.__dict__)
