# Texts and statements given whole that lack columns, and what is taken to join in them
# strategies: none
from typing import Optional

from sqlalchemy import ForeignKey, create_engine, insert, inspect, select, text, union_all, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, contains_eager, defer, joinedload, lazyload, load_only
from sqlalchemy.orm import mapped_column, relationship, undefer


class Base(DeclarativeBase):
    pass


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    size: Mapped[Optional[int]]
    note: Mapped[Optional[str]] = mapped_column(deferred=True)
    more: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_group="g")
    group: Mapped[Optional[str]] = mapped_column(deferred=True, deferred_group="g")
    kids: Mapped[list["K"]] = relationship(lazy="selectin")


class K(Base):
    __tablename__ = "k"
    id: Mapped[int] = mapped_column(primary_key=True)
    p_id: Mapped[int] = mapped_column(ForeignKey("p.id"))
    toys: Mapped[list["Toy"]] = relationship(lazy="joined", back_populates="k")


class Toy(Base):
    __tablename__ = "toy"
    id: Mapped[int] = mapped_column(primary_key=True)
    k_id: Mapped[Optional[int]] = mapped_column(ForeignKey("k.id"))
    k: Mapped[Optional[K]] = relationship(lazy="joined", back_populates="toys")


class Box(Base):
    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True)
    k_id: Mapped[Optional[int]] = mapped_column(ForeignKey("k.id"))
    k: Mapped[Optional[K]] = relationship(lazy="joined")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    first = P(id=1, name="a", size=1, note="n", more="m", group="g", kids=[K(toys=[Toy(), Toy()])])
    session.add_all([first, P(id=2, name="b", size=2)])
    session.add(Box(k=first.kids[0]))
    session.commit()


def look(p):
    print(sorted(p.__dict__.keys() - {"_sa_instance_state"}), sorted(inspect(p).expired_attributes))


# What the rows lack is loaded together, at the first touch of any of it.
for statement in (
    text("select id from p"),
    text("select id, note, size from p"),
    text("select id from p").columns(P.id),
    select(P.id),
    select(P.id, P.size),
    select(P.id, P.note, P.more),
    union_all(select(P.id, P.name).where(P.id == 1), select(P.id, P.name).where(P.id == 2)),
):
    for options in ([], [load_only(P.name)], [undefer(P.note)], [defer(P.size)], [defer(P.size, raiseload=True)], [undefer("*")]):
        with Session(engine) as session:
            for p in session.scalars(select(P).options(*options).from_statement(statement)):
                look(p)
                print(p.name)
                look(p)
                try:
                    print(p.size, p.note)
                except Exception as error:
                    print(type(error).__name__, error)
                look(p)
                print(p.group, p.id)
with Session(engine) as session:
    p = session.get(P, 1)
    session.expire(p, ["size"])
    session.scalars(select(P).from_statement(text("select id from p"))).all()
    look(p)
    p.name = "changed"
    lacking = select(P).from_statement(text("select id from p"))
    session.scalars(lacking.execution_options(populate_existing=True)).all()
    look(p)
    print(p.size, p.name)
    session.expire(p)
    session.scalars(select(P).from_statement(text("select id, size from p"))).all()
    look(p)
    print(p.name)
    look(p)


# Collections that a text or a write is taken to join, however deep, ask for unique().
def attempt(what):
    try:
        print(len(what()))
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    for cls in (P, K, Toy, Box):
        name = cls.__tablename__
        attempt(lambda: session.execute(select(cls).from_statement(text(f"select * from {name}"))).all())
        attempt(lambda: session.execute(select(cls).from_statement(select(cls))).all())
        attempt(lambda: session.execute(update(cls).values(id=cls.id).returning(cls)).all())
    box = text("select * from box")
    for option in (lazyload(Box.k), joinedload(Box.k), joinedload(Box.k).lazyload(K.toys), joinedload(Box.k).joinedload(K.toys)):
        attempt(lambda: session.execute(select(Box).options(option).from_statement(box)).all())
        attempt(lambda: session.execute(select(Box).options(option).from_statement(box)).unique().all())
    attempt(lambda: session.execute(insert(Box).returning(Box), [{"id": 7}, {"id": 8}]).all())
