# collections that are only written to
# strategies: lazy, selectin, joined
from typing import Optional
from sqlalchemy import Column, create_engine, ForeignKey, inspect, select, Table
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    Session,
    WriteOnlyMapped,
)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    cs: WriteOnlyMapped["C"] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="C.n")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    pid: Mapped[int] = mapped_column(ForeignKey("p.id", ondelete="CASCADE"))

    def __repr__(self):
        return f"C({self.n})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    p = P(cs=[C(n=1), C(n=2)])
    s.add(p)
    s.commit()
    print(p.cs)
    p.cs.add(C(n=3))
    p.cs.add_all([C(n=4)])
    s.commit()
    print(s.scalars(p.cs.select().where(C.n > 1)).all())
    c = s.scalars(p.cs.select().limit(1)).one()
    p.cs.remove(c)
    s.commit()
    s.execute(p.cs.insert(), [{"n": 10}, {"n": 11}])
    s.execute(p.cs.update().values(n=C.n + 1))
    s.execute(p.cs.delete().where(C.n > 11))
    print(s.scalars(p.cs.select()).all())
    try:
        list(p.cs)
    except TypeError as e:
        print(e)
    try:
        p.cs.append(3)
    except AttributeError as e:
        print(e)
    s.delete(p)
    s.commit()


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    cs: WriteOnlyMapped["C"] = relationship(back_populates="p")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    pid: Mapped[Optional[int]] = mapped_column(ForeignKey("p.id"))
    p: Mapped[Optional["P"]] = relationship(back_populates="cs")

    def __repr__(self):
        return f"C({self.n})"


Base.metadata.create_all(engine)
with Session(engine) as s:
    p = P()
    c = C(n=1, p=p)
    s.add(c)
    s.commit()
    print(c.p is p)
    c2 = C(n=2)
    p.cs.add(c2)
    print(c2.p is p)
    s.commit()
    c2.p = None
    s.commit()
    print(s.scalars(p.cs.select()).all())
    print(s.scalars(select(P).where(P.cs.any(C.n == 1))).all() == [p], s.execute(select(P.id, C.n).join(P.cs)).all())
    try:
        s.scalars(select(P).options(selectinload(P.cs))).all()
    except Exception as e:
        print(type(e), e)
    try:
        p.cs = [C(n=5)]
    except Exception as e:
        print(type(e), e)
    try:
        s.delete(p)
        s.commit()
    except Exception as e:
        print(type(e), e)
    s.rollback()
    print(inspect(p).attrs.cs.history, P.cs)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")
pt = Table("pt", Base.metadata, Column("pid", ForeignKey("p.id"), primary_key=True), Column("tid", ForeignKey("t.id"), primary_key=True))


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: WriteOnlyMapped["T"] = relationship(secondary=pt, order_by="T.name", passive_deletes=True)
    dyn: DynamicMapped["T"] = relationship(secondary=pt, viewonly=True)


class T(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    def __repr__(self):
        return self.name


Base.metadata.create_all(engine)
with Session(engine) as s:
    p = P(tags=[T(name="b"), T(name="a")])
    s.add(p)
    s.commit()
    print(s.scalars(p.tags.select()).all())
    print(p.dyn.all(), p.dyn.filter(T.name == "a").count())
    try:
        p.tags.insert()
    except Exception as e:
        print(type(e), e)
    t = s.scalars(p.tags.select()).first()
    p.tags.remove(t)
    s.commit()
    s.execute(p.tags.update().values(name="zz"))
    print(s.scalars(p.tags.select()).all())
