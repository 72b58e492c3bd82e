# collections that are queries
# strategies: lazy, selectin, joined
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    mapped_column,
    relationship,
    Session,
)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    cs: DynamicMapped["C"] = relationship(cascade="all, delete-orphan", order_by="C.n")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    pid: Mapped[int] = mapped_column(ForeignKey("p.id"))

    def __repr__(self):
        return f"C({self.n})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    p = P(cs=[C(n=1), C(n=2)])
    s.add(p)
    s.commit()
    p.cs.append(C(n=3))
    p.cs.extend([C(n=4)])
    print(p.cs.all(), p.cs.count(), p.cs.filter(C.n > 1).all(), p.cs.filter_by(n=2).one(), p.cs[0], p.cs[1:3])
    print([c for c in p.cs], p.cs.first(), p.cs.order_by(None).order_by(C.id.desc()).first())
    p.cs.remove(p.cs.first())
    s.commit()
    print(p.cs.all())
    s.delete(p)
    s.commit()


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    cs = relationship("C", lazy="dynamic", backref="p")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    pid: Mapped[Optional[int]] = mapped_column(ForeignKey("p.id"))

    def __repr__(self):
        return f"C({self.n})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    p = P()
    p.cs.append(C(n=1))
    print(p.cs.all(), p.cs.count(), list(p.cs), p.cs[0])
    s.add(p)
    print(p.cs.all())
    s.commit()
    p.cs = [C(n=5)]
    s.commit()
    print(p.cs.order_by(C.n.desc()).all())
    C(n=7, p=p)
    print(p.cs.count())
    for c in p.cs.filter(C.n > 5):
        print(c, c.p is p)
    s.delete(p)
    s.commit()
    print(s.scalars(select(C.pid)).all())
    print(p.cs.all())
    try:
        P().cs.first()
    except Exception as e:
        print(type(e), e)
