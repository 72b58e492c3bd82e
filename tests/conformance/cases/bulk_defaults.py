# Bulk methods that give defaults back, and the order of what they save
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
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]
    y: Mapped[int] = mapped_column(default=7)
class S(Base):
    __tablename__ = "s"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]
    s: Mapped[int] = mapped_column(server_default=text("5"))
class C(Base):
    __tablename__ = "c"
    a: Mapped[int] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(primary_key=True)
    x: Mapped[int | None]
class K(Base):
    __tablename__ = "k"
    key: Mapped[str] = mapped_column(primary_key=True, default=lambda: next(keys))
    x: Mapped[int | None]
class V(Base):
    __tablename__ = "v"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
keys = iter("k%d" % n for n in range(100))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
def shown(o):
    return {k: vars(o)[k] for k in sorted(vars(o)) if not k.startswith("_")}
with Session(engine) as s:
    for make in (
        lambda: [A(x=1), A(x=2), A(x=3)],
        lambda: [A(x=1), A(), A(x=3, y=4)],
        lambda: [A(id=50, x=1), A(id=51, x=2), A(x=3)],
        lambda: [S(x=1), S(x=2), S(x=3, s=8)],
        lambda: [S(id=60, x=1), S(id=61, x=2)],
        lambda: [C(a=1, b="x"), C(a=2, b="y", x=4)],
        lambda: [K(x=1), K(x=2), K(key="own")],
        lambda: [V(x=1), V(x=2)],
        lambda: [A(x=1)],
        lambda: [A(x=1), C(a=8, b="8"), A(x=2), C(a=9, b="9")],
    ):
        made = make()
        tried(lambda: s.bulk_save_objects(made, return_defaults=True))
        print([(shown(o), inspect(o).has_identity, o in s) for o in made])
        print([inspect(o).identity for o in made])
    rows = [{"x": 1}, {"x": 2}, {"x": 3, "y": 9}]
    tried(lambda: s.bulk_insert_mappings(A, rows, return_defaults=True)); print(rows)
    rows = [{"x": 1}, {"x": 2, "s": 4}]
    tried(lambda: s.bulk_insert_mappings(S, rows, return_defaults=True)); print(rows)
    rows = [{"x": 1}, {"x": None}]
    tried(lambda: s.bulk_insert_mappings(A, rows, return_defaults=True, render_nulls=True)); print(rows)
    rows = [{"x": 1}, {"key": "other"}]
    tried(lambda: s.bulk_insert_mappings(K, rows, return_defaults=True)); print(rows)
    made = [A(x=1), A(x=2)]
    s.bulk_save_objects(made)
    print([shown(o) for o in made], inspect(made[0]).has_identity)
    s.bulk_save_objects([A(x=1), C(a=18, b="b"), A(x=2), C(a=19, b="b")])
    s.bulk_save_objects([A(x=1), A(x=2)], preserve_order=False)
    first = [A(x=5), A(x=6)]
    s.add_all(first); s.commit()
    first[0].x = 55; first[1].x
    s.bulk_save_objects([first[0], A(x=77), first[1]], return_defaults=True)
    s.bulk_save_objects(first, update_changed_only=False)
    s.rollback()
