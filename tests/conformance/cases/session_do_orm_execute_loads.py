# What do_orm_execute is told of the loads that a session makes by itself
# strategies: none
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, Table, create_engine, event, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, immediateload, joinedload, lazyload, mapped_column
from sqlalchemy.orm import relationship, selectinload, subqueryload
from sqlalchemy.orm.attributes import instance_dict, instance_state


class Base(DeclarativeBase):
    pass


class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(deferred=True)
    kids: Mapped[list["K"]] = relationship(back_populates="p")
    tags: Mapped[list["T"]] = relationship(secondary="pt")


class K(Base):
    __tablename__ = "k"
    id: Mapped[int] = mapped_column(primary_key=True)
    p_id: Mapped[int] = mapped_column(ForeignKey("p.id"))
    p: Mapped[P] = relationship(back_populates="kids")


class T(Base):
    __tablename__ = "t"
    a: Mapped[int] = mapped_column(primary_key=True)
    b: Mapped[int] = mapped_column(primary_key=True)
    some: Mapped[list["U"]] = relationship()


class U(Base):
    __tablename__ = "u"
    id: Mapped[int] = mapped_column(primary_key=True)
    ta: Mapped[int | None]
    tb: Mapped[int | None]
    __table_args__ = (ForeignKeyConstraint(["ta", "tb"], ["t.a", "t.b"]),)


Table(
    "pt",
    Base.metadata,
    Column("p_id", ForeignKey("p.id")),
    Column("a", Integer),
    Column("b", Integer),
    ForeignKeyConstraint(["a", "b"], ["t.a", "t.b"]),
)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(P(id=1, name="a", kids=[K(), K()], tags=[T(a=1, b=2, some=[U()]), T(a=1, b=3)]))
    session.commit()


def tell(state):
    owner = state.lazy_loaded_from
    owner = owner and (type(owner).__name__, owner.mapper.class_.__name__, owner.identity)
    print("  ", state.is_relationship_load, state.is_column_load, owner, state.parameters)


for load in (lazyload, selectinload, subqueryload, immediateload, joinedload):
    print(load.__name__)
    with Session(engine) as session:
        event.listen(session, "do_orm_execute", tell)
        query = select(P).options(load(P.kids).options(load(K.p)), load(P.tags).options(load(T.some)))
        p = session.scalars(query).unique().one()
        print([k.p.id for k in p.kids], [len(t.some) for t in p.tags], p.note)
        session.expire(p)
        print(p.name)
        session.refresh(p)
        session.expire_all()
        session.get(P, 1)
        session.expunge_all()
        session.get(T, (1, 2))
        print(session.get(K, 1, options=[load(K.p)]).p.name)
        session.merge(P(id=1, name="c"))
        session.execute(select(P).where(P.id == 4), {"q": 4})
        session.query(P).params(z=3).all()
        session.query(P).all()
        p = session.get(P, 1)
        print(instance_state(p).identity == inspect(p).identity, instance_dict(p).keys() == p.__dict__.keys())
        session.rollback()
