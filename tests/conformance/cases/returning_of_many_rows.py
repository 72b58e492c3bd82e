# What ORM inserts of many rows return beside what is asked for
# strategies: none
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int] = mapped_column(default=1)
    y: Mapped[int] = mapped_column(server_default="4")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int] = mapped_column(default=1)


class D(Base):
    __tablename__ = "d"
    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, default=7)
    x: Mapped[int] = mapped_column(default=1)


class E(Base):
    __tablename__ = "e"
    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, server_default="7")
    x: Mapped[int] = mapped_column(default=1)


class F(Base):
    __tablename__ = "f"
    name: Mapped[str] = mapped_column(primary_key=True)
    x: Mapped[int] = mapped_column(default=1)


class G(Base):
    __tablename__ = "g"
    name: Mapped[str] = mapped_column(primary_key=True, default="q")
    x: Mapped[int] = mapped_column(default=1)


class H(Base):
    __tablename__ = "h"
    name: Mapped[str] = mapped_column(primary_key=True, server_default="q")
    x: Mapped[int] = mapped_column(default=1)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def attempt(what):
    s.rollback()
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


s = Session(engine)
attempt(lambda: s.execute(insert(A).returning(A.x), [{"x": 1}]).all())
attempt(lambda: s.execute(insert(A).returning(A.x), [{"x": 1}, {"x": 2}]).all())
attempt(lambda: s.execute(insert(A).returning(A.x, A.id), [{"x": 1}, {"x": 2}]).all())
attempt(lambda: s.execute(insert(A).returning(A.x), [{"id": 1}]).all())
attempt(lambda: s.execute(insert(A).returning(A.x), [{"id": 1}, {"id": 2}]).all())
attempt(lambda: s.execute(insert(A).returning(A.y), [{"id": 1}, {"id": 2}]).all())
attempt(lambda: s.execute(insert(A).returning(A.x), {"x": 1}).all())
attempt(lambda: s.execute(insert(A).returning(A.x), {"id": 1}).all())
attempt(lambda: s.execute(insert(C).returning(C.x), [{"id": 1, "part": 1}]).all())
attempt(lambda: s.execute(insert(C).returning(C.x), [{"id": 1, "part": 1}, {"id": 1, "part": 2}]).all())
attempt(lambda: s.execute(insert(C).returning(C), [{"id": 1, "part": 1}, {"id": 1, "part": 2}]).all().__len__())
attempt(lambda: s.execute(insert(D).returning(D.x), [{"id": 1}, {"id": 2}]).all())
attempt(lambda: s.execute(insert(D).returning(D.x), [{"id": 1, "part": 2}, {"id": 2, "part": 3}]).all())
attempt(lambda: s.execute(insert(E).returning(E.x), [{"id": 1}, {"id": 2}]).all())
attempt(lambda: s.execute(insert(E).returning(E.x), [{"id": 1, "part": 2}, {"id": 2, "part": 3}]).all())
attempt(lambda: s.execute(insert(F).returning(F.x), [{"name": "a"}, {"name": "b"}]).all())
attempt(lambda: s.execute(insert(G).returning(G.x), [{"x": 1}]).all())
attempt(lambda: s.execute(insert(G).returning(G.x), [{"name": "a"}, {"name": "b"}]).all())
attempt(lambda: s.execute(insert(H).returning(H.x), [{"x": 1}]).all())
attempt(lambda: s.execute(insert(H).returning(H.x), [{"name": "a"}, {"name": "b"}]).all())
