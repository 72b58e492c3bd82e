# Listeners of attributes: what began a change, collections replaced, columns without a value, states for objects
# strategies: none
from sqlalchemy import *
from sqlalchemy import event
from sqlalchemy.orm import *
from sqlalchemy.orm.attributes import NO_VALUE


class Base(DeclarativeBase):
    pass


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(default="a")
    bs: Mapped[list["B"]] = relationship(back_populates="a")
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "a"}

    @validates("bs")
    def check(self, key, value):
        told("validates", key, value.n)
        return value


class Sub(A):
    more: Mapped[str | None]
    __mapper_args__ = {"polymorphic_identity": "sub"}


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    level: Mapped[int | None] = mapped_column(default=7)
    a_id: Mapped[int | None] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A | None] = relationship(back_populates="bs")


def told(*words):
    print(*words)


def n(b):
    return b if b is None or b is NO_VALUE else b.n


@event.listens_for(A.bs, "bulk_replace")
def early_bulk_replace(target, values, initiator):
    told("early bulk_replace", [b.n for b in values], initiator.key)


configure_mappers()


@event.listens_for(A.bs, "append")
def append(target, value, initiator):
    told("append", n(value), initiator.key)


@event.listens_for(A.bs, "remove")
def remove(target, value, initiator):
    told("remove", n(value), initiator.key)


@event.listens_for(B.a, "set")
def set_a(target, value, oldvalue, initiator):
    told("set", target.n, type(value).__name__, type(oldvalue).__name__, initiator.key)


@event.listens_for(A.bs, "bulk_replace")
def bulk_replace(target, values, initiator):
    told("bulk_replace", [b.n for b in values], initiator.key)
    values[:] = [b for b in values if b.n != 13]


@event.listens_for(B.level, "init_scalar", retval=True, propagate=True)
def init_scalar(target, value, dict_):
    told("init_scalar", target.n, value)
    dict_["level"] = 7
    return 7


@event.listens_for(A.name, "set", raw=True, retval=True, propagate=True)
def set_name(state, value, oldvalue, initiator):
    told("set name", type(state).__name__, type(state.obj()).__name__, value, initiator.key)
    return value and value.upper()


@event.listens_for(A.name, "set")
def set_name_of_a(target, value, oldvalue, initiator):
    told("set name of", type(target).__name__, value)


@event.listens_for(A, "before_insert", raw=True, propagate=True)
def before_insert(mapper, connection, state):
    told("before_insert", type(state).__name__, state.obj().name)


@event.listens_for(A, "load", raw=True)
def load(state, context):
    told("load", type(state).__name__)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    a = A(name="x")
    b1 = B(n=1, a=a)
    b2 = B(n=2)
    a.bs.append(b2)
    b2.a = None
    a.bs.remove(b1)
    a.bs = [b1, b2, B(n=13)]
    print([b.n for b in a.bs])
    a.bs = [b2]
    b = B(n=5)
    print(b.level, b.level, inspect(b).attrs.level.history, "level" in b.__dict__)
    session.add_all([a, b, Sub(name="sub")])
    session.commit()
    print(b.level, b1.level)
    session.expunge_all()
    print(session.get(A, 1).name)
    a = session.get(A, 1)
    a.bs = []
    session.commit()
event.remove(A.bs, "bulk_replace", bulk_replace)
event.remove(A, "load", load)
print(event.contains(A.bs, "bulk_replace", bulk_replace), event.contains(A.bs, "append", append))
A().bs = [B(n=13)]
