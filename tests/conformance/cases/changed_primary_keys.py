# primary keys that change, and what refers to them
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class A(Base):
    __tablename__ = "a"
    code: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[Optional[int]]


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    acode: Mapped[Optional[str]] = mapped_column(ForeignKey("a.code"))
    a: Mapped[Optional["A"]] = relationship()


Base.metadata.create_all(engine)
with Session(engine) as s:
    a = A(code="x")
    b = B(a=a)
    s.add_all([a, b])
    s.commit()
    a.code = "y"
    s.commit()
    print(b.acode, b.a is a, s.get(A, "y") is a)
    a.code = "z"
    print(b.a)
    s.flush()
    print(b.acode)
    s.rollback()
    print(a.code)


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class A(Base):
    __tablename__ = "a"
    code: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[Optional[int]]


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    acode: Mapped[Optional[str]] = mapped_column(ForeignKey("a.code"))
    a: Mapped[Optional["A"]] = relationship()


Base.metadata.create_all(engine)
with Session(engine) as s:
    a = A(code="x")
    s.add_all([B(a=a), B(a=a), B()])
    s.commit()
    bs = s.scalars(select(B)).all()
    print([b.a for b in bs] != [])
    a.code = "y"
    s.commit()
    print([b.acode for b in bs])
    bs[0].a
    bs[1].acode
    a.code = "z"
    s.flush()
    print([b.acode for b in bs], s.execute(select(B.id, B.acode)).all())
    bs[0].a = None
    a.code = "w"
    s.commit()
    print([b.acode for b in bs])


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class A(Base):
    __tablename__ = "a"
    code: Mapped[str] = mapped_column(primary_key=True)
    bs: Mapped[list["B"]] = relationship(passive_updates=False)


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    acode: Mapped[Optional[str]] = mapped_column(ForeignKey("a.code"))


Base.metadata.create_all(engine)
with Session(engine) as s:
    a = A(code="x", bs=[B(), B()])
    s.add(a)
    s.commit()
    a.code = "y"
    s.commit()
    print([b.acode for b in a.bs])


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class N(Base):
    __tablename__ = "n"
    id: Mapped[int] = mapped_column(primary_key=True)
    pid: Mapped[Optional[int]] = mapped_column(ForeignKey("n.id"))
    parent: Mapped[Optional["N"]] = relationship(remote_side=[id])


Base.metadata.create_all(engine)
with Session(engine) as s:
    p = N(id=1)
    c = N(id=2, parent=p)
    s.add_all([p, c])
    s.commit()
    c.parent
    p.id = 10
    s.commit()
    print(c.pid, c.parent is p)
