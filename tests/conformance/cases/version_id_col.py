# Rows with a version: version_id_col
# strategies: none
from sqlalchemy import *
from sqlalchemy import event
from sqlalchemy.orm import *
import itertools
class Base(DeclarativeBase):
    pass
def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)
counter = itertools.count(100)
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="n")
    ver: Mapped[str] = mapped_column("version_uuid", String)
    stamp: Mapped[int] = mapped_column(server_default=text("7"))
    kids: Mapped[list["Kid"]] = relationship(back_populates="a")
    __mapper_args__ = {"version_id_col": ver, "version_id_generator": lambda v: f"{v}:{next(counter)}"}
class Kid(Base):
    __tablename__ = "kid"
    code: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(default=1)
    version_id: Mapped[int] = mapped_column(nullable=False)
    a_id: Mapped[int | None] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A | None] = relationship(back_populates="kids")
    __mapper_args__ = {"version_id_col": version_id}
class Man(Base):
    __tablename__ = "man"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="n")
    version: Mapped[int | None] = mapped_column()
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    a = A(name="x", kids=[Kid(code="k1"), Kid(code="k2"), Kid(code="k3")])
    s.add_all([a, A(name="y"), A(name=None)])
    s.commit()
    print(a.ver, [k.version_id for k in a.kids])
    for k in a.kids:
        k.n = 5
    a.name = "xx"
    s.flush()
    print(a.ver, [k.version_id for k in a.kids])
    a.name = func.upper("abc")
    s.flush()
    print(a.ver, a.name)
    a.name = "ABC"
    s.flush()
    print(a.ver)
    a.ver = "set by hand"
    a.name = "hand"
    s.flush()
    print(a.ver)
    a.ver = "only"
    s.commit()
    print(a.ver)
    s.delete(a.kids[0]); s.delete(a.kids[1])
    s.commit()
    m = Man(name="m", version=1)
    s.add_all([m, Man(version=4)])
    s.commit()
    m.name = "mm"
    s.commit()
    print(m.version)
    m.version = 2
    m.name = "m3"
    s.commit()
    print(m.version)
    s.add(Man(name="none"))
    tried(s.commit)
    s.rollback()
    tried(lambda: s.execute(insert(Kid), [{"code": "b1"}, {"code": "b2", "n": 4}]))
    tried(lambda: s.execute(update(Kid), [{"code": "b1", "n": 9, "version_id": 1}, {"code": "b2", "n": 10, "version_id": 1}]))
    tried(lambda: s.execute(update(Kid), [{"code": "b1", "n": 9, "version_id": 1}, {"code": "b2", "n": 10, "version_id": 1}]))
    tried(lambda: s.execute(update(Kid), [{"code": "b1", "n": 9}]))
    s.rollback()
    tried(lambda: s.bulk_insert_mappings(Kid, [{"code": "b1"}, {"code": "b2"}]))
    tried(lambda: s.bulk_update_mappings(Kid, [{"code": "b1", "n": 9, "version_id": 1}, {"code": "b2", "n": 10, "version_id": 1}]))
    tried(lambda: s.bulk_update_mappings(Kid, [{"code": "b1", "n": 9, "version_id": 1}, {"code": "b2", "n": 10, "version_id": 1}]))
    s.rollback()
    tried(lambda: s.bulk_save_objects([Kid(code="b3"), Kid(code="b4")]))
    k = s.get(Kid, "k3")
    k.n = 99
    tried(lambda: s.bulk_save_objects([k])); s.expire_all()
    s.commit()
    s.execute(insert(Kid).values(code="v", version_id=1)); s.commit()
    s.execute(update(Kid).where(Kid.code == "v").values(n=3)); s.commit()
with Session(engine) as s, Session(engine) as t:
    k = s.get(Kid, "k3"); k2 = t.get(Kid, "k3")
    k2.n = 1000
    t.commit()
    k.n = 3
    tried(s.flush)
    s.rollback()
    k = s.get(Kid, "k3"); print(k.n)
    s.commit()
    k.n; 
    k2.n = 17; t.commit()
    tried(lambda: s.refresh(k, with_for_update=True))
    s.rollback()
    k.n
    k2.n = 18; t.commit()
    tried(lambda: s.get(Kid, "k3", with_for_update=True))
    s.rollback()
    tried(lambda: s.merge(Kid(code="k3", n=4, version_id=1)))
    tried(lambda: s.merge(Kid(code="k3", n=5)).n)
    s.commit()
    tried(lambda: s.merge(Kid(code="k3", n=6, version_id=k.version_id)).n)
    s.commit()
    k.n
    k2.n = 19; t.commit()
    s.delete(k)
    tried(s.commit)
    s.rollback()
    # row switch
    old = s.get(Kid, "k3")
    v = old.version_id
    s.delete(old)
    new = Kid(code="k3", n=3)
    s.add(new)
    s.commit()
    print(new.version_id - v)
    print(inspect(Kid).version_id_col, inspect(Kid).version_id_generator is not None, inspect(Man).version_id_generator)
