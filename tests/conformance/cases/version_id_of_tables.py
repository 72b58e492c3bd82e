# Versions of rows in several tables, of post_update, of what the database fills in
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *
class Base(DeclarativeBase):
    pass
def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)
class P(Base):
    __tablename__ = "p"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="n")
    type: Mapped[str] = mapped_column()
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version, "polymorphic_on": type, "polymorphic_identity": "p"}
class J(P):
    __tablename__ = "j"
    id: Mapped[int] = mapped_column(ForeignKey("p.id"), primary_key=True)
    extra: Mapped[int] = mapped_column(default=0)
    __mapper_args__ = {"polymorphic_identity": "j"}
class S(P):
    plus: Mapped[int | None]
    __mapper_args__ = {"polymorphic_identity": "s"}
class N(Base):
    __tablename__ = "n"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("n.id"))
    fav_id: Mapped[int | None] = mapped_column(ForeignKey("n.id"))
    version: Mapped[int] = mapped_column(nullable=False)
    parent: Mapped["N | None"] = relationship(remote_side=[id], foreign_keys=[parent_id], back_populates="kids")
    kids: Mapped[list["N"]] = relationship(foreign_keys=[parent_id], back_populates="parent")
    fav: Mapped["N | None"] = relationship(remote_side=[id], foreign_keys=[fav_id], post_update=True)
    __mapper_args__ = {"version_id_col": version}
class Old:
    pass
old_table = Table("old", Base.metadata, Column("id", Integer, primary_key=True), Column("v", Integer, nullable=False, key="vee"), Column("z", Integer))
Base.registry.map_imperatively(Old, old_table, version_id_col=old_table.c.vee)
class E(Base):
    __tablename__ = "e"
    id: Mapped[int] = mapped_column(primary_key=True)
    z: Mapped[int] = mapped_column(default=0)
    s: Mapped[int] = mapped_column(server_default=text("7"))
    version: Mapped[int] = mapped_column(nullable=False)
    __mapper_args__ = {"version_id_col": version, "eager_defaults": True}
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    p, j, t = P(), J(extra=1), S(plus=2)
    s.add_all([p, j, t])
    s.commit()
    print(p.version, j.version, t.version)
    j.extra = 5
    s.commit()
    print(j.version)
    j.extra = 6; j.name = "both"; t.plus = 5; p.name = "q"
    s.commit()
    print(p.version, j.version, t.version)
    s.delete(j); s.delete(t)
    s.commit()
    n = N(kids=[N(), N()])
    n.fav = n.kids[0]
    s.add(n)
    s.commit()
    print(n.version, [k.version for k in n.kids])
    n.fav = n.kids[1]
    s.commit()
    print(n.version)
    n.fav = n.kids[0]; n.x = 4
    s.commit()
    print(n.version)
    n.kids[0].x = 6
    s.commit()
    s.delete(n.kids.pop())
    s.commit()
    s.delete(n)
    s.commit()
    o = Old(); o.z = 4
    s.add(o); s.commit(); o.z = 5; s.commit(); print(o.vee); s.delete(o); s.commit()
    es = [E(), E(), E(z=4, s=3)]
    s.add_all(es); s.commit()
    for e in es: e.z += 1
    s.flush()
    print([e.version for e in es], [e.s for e in es])
    with Session(engine) as t:
        other = t.get(E, 1)
        es[0].z = 50
        s.commit()
        other.z = 51
        tried(t.commit)
        t.rollback()
        other = t.get(E, 1); 
        s.delete(es[0]); s.delete(es[1]); s.commit()
        t.delete(other)
        tried(t.commit)
        t.rollback()
    # rows matched partly
    n1, n2 = N(), N()
    s.add_all([n1, n2]); s.commit()
    n1.x, n2.x
    s.execute(text("update n set version = 7 where id = %d" % n2.id))
    n1.x = 8; n2.x = 8
    tried(s.flush)
    s.rollback()
    print(n1.x, n1.version)
try:
    class Q(P):
        __tablename__ = "q"
        id: Mapped[int] = mapped_column(ForeignKey("p.id"), primary_key=True)
        v2: Mapped[int] = mapped_column()
        __mapper_args__ = {"version_id_col": v2, "polymorphic_identity": "q"}
    configure_mappers()
except Exception as e:
    print(type(e).__name__, e)
