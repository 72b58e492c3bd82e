# collections that are sets
# strategies: selectin, joined, subquery
from sqlalchemy import Column, create_engine, delete, ForeignKey, insert, inspect, select, Table
from sqlalchemy.orm import (
    DeclarativeBase,
    immediateload,
    joinedload,
    lazyload,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
    subqueryload,
)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    cs: Mapped[set["C"]] = relationship(secondary=lambda: pc, back_populates="ps", lazy="selectin")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    ps: Mapped[list["P"]] = relationship(secondary=lambda: pc, back_populates="cs")

    def __repr__(self):
        return self.name


pc = Table("pc", Base.metadata, Column("pid", ForeignKey("p.id")), Column("cid", ForeignKey("c.id")))
Base.metadata.create_all(engine)
with Session(engine) as s:
    p = P()
    c = C(name="c")
    p.cs.add(c)
    p.cs.add(c)
    print(c.ps == [p])
    s.add(p)
    s.commit()
    s.execute(insert(pc), [{"pid": 1, "cid": 1}])
    s.commit()
    for opt in (selectinload, joinedload, subqueryload, lazyload, immediateload):
        s.expunge_all()
        for p in s.scalars(select(P).options(opt(P.cs))).unique():
            print(opt.__name__, p.cs)
    c = s.get(C, 1)
    c2 = C(name="c2")
    c2.ps.append(p)
    print(sorted(map(repr, p.cs)))
    s.commit()
    c2.ps.remove(p)
    s.commit()
    print(p.cs)
    p.cs = {c2}
    try:
        s.commit()
    except Exception as error:
        print(type(error).__name__, error)
        s.rollback()
    s.execute(delete(pc))
    s.commit()
    p.cs.update([c, c2])
    p.cs -= {c}
    s.commit()
    print(p.cs, p.cs.pop())
    try:
        s.commit()
    except Exception as error:
        print(type(error).__name__, error)
        s.rollback()
    print(inspect(p).attrs.cs.history)
    m = s.merge(P(id=1, cs={C(id=1, name="merged")}))
    print(m.cs)
    s.commit()
