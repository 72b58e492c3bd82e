# Values as if they had been loaded, and attributes that are written unchanged
# strategies: selectin, joined
from sqlalchemy import create_engine, ForeignKey, select
from sqlalchemy.orm import *
from sqlalchemy.orm.attributes import set_committed_value, flag_modified, get_history, set_attribute, get_attribute
from collections import defaultdict
class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True); n: Mapped[str]
    bs: Mapped[list["B"]] = relationship(back_populates="a")
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A] = relationship(back_populates="bs")
e = create_engine("sqlite://"); Base.metadata.create_all(e)
with Session(e) as s:
    s.add_all([A(n="x", bs=[B(), B()]), A(n="y")]); s.commit()
with Session(e) as s:
    by = defaultdict(list); all_a = s.scalars(select(A)).all()
    for b in s.scalars(select(B)): by[b.a_id].append(b)
    for a in all_a: set_committed_value(a, "bs", by[a.id])
    for b in all_a[0].bs: set_committed_value(b, "a", all_a[0])
    print([len(a.bs) for a in all_a], all_a[0].bs[0].a.n, s.dirty)
    set_committed_value(all_a[1], "n", "zz"); print(all_a[1].n, s.dirty, get_history(all_a[1], "n"))
    flag_modified(all_a[1], "n"); print(len(s.dirty)); s.flush()
    set_attribute(all_a[0], "n", "q"); print(get_attribute(all_a[0], "n")); s.commit(); print(all_a[0].n, all_a[1].n)
    s.expire(all_a[0])
    try: flag_modified(all_a[0], "bs")
    except Exception as ex: print(type(ex).__name__, ex)
