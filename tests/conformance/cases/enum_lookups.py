# What an Enum looks up, by member, name and equal value
# strategies: none
import enum
from typing import Literal
from sqlalchemy import *
from sqlalchemy.orm import *
class Level(enum.IntEnum):
    LOW = 1
    HIGH = 5
class Color(enum.Enum):
    RED = "r"
    GREEN = "g"
    CRIMSON = "r"
    NAVY_BLUE_AND_GREY = "n"
    E4 = 4
    E5 = 5
class Kind(str, enum.Enum):
    A = "aaa"
    B = "bbb"
class Base(DeclarativeBase): pass
class T(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[Level | None]
    color: Mapped[Color | None]
    kind: Mapped[Kind | None]
    kv: Mapped[Kind | None] = mapped_column(Enum(Kind, values_callable=lambda e: [m.value for m in e], name="kv", native_enum=False, length=20, create_constraint=True, validate_strings=True))
    alias: Mapped[Color | None] = mapped_column(Enum(Color, omit_aliases=False))
    s: Mapped[str | None] = mapped_column(Enum("a", "b"))
    v: Mapped[str | None] = mapped_column(Enum("a", "b", validate_strings=True, name="vee"))
    lit: Mapped[Literal["x", "y"] | None]
e = create_engine("sqlite://")
Base.metadata.create_all(e)
def tried(f):
    try: print(f())
    except Exception as x: print(type(x).__name__, str(x).split("[SQL")[0].strip())
with Session(e) as s:
    def add(**kw):
        with s.begin_nested():
            t = T(**kw); s.add(t); s.flush()
            return kw, s.execute(text("select level, color, kind, kv, alias, s, v, lit from t order by id desc limit 1")).one()
    for kw in (dict(level=5), dict(level=9), dict(level="LOW"), dict(level="nope"), dict(level=Level.HIGH), dict(level=Color.RED), dict(level=True), dict(level=5.0),
               dict(color="r"), dict(color="RED"), dict(color="CRIMSON"), dict(color=Color.CRIMSON), dict(color=4), dict(color=["x"]), dict(color=Color.NAVY_BLUE_AND_GREY),
               dict(alias=Color.CRIMSON), dict(alias="CRIMSON"),
               dict(kind="aaa"), dict(kind="A"), dict(kind=Kind.B), dict(kind="zzz"),
               dict(kv="aaa"), dict(kv="A"), dict(kv=Kind.B), dict(kv="zzz"),
               dict(s="c"), dict(s="a"), dict(s=4), dict(s=Kind.A), dict(v="c"), dict(v="a"), dict(v=Kind.A), dict(lit="x"), dict(lit="z"), dict(lit=None)):
        tried(lambda: add(**kw))
    s.commit()
    def shown(t):
        return t.id, t.level, t.color, t.kind, t.kv, t.alias, t.s, t.v, t.lit
    for id in s.scalars(select(T.id)).all():
        tried(lambda: shown(s.get(T, id)))
    tried(lambda: s.scalars(select(T.id).where(T.level == 5)).all())
    tried(lambda: s.scalars(select(T.id).where(T.level == 77)).all())
    tried(lambda: s.scalars(select(T.id).where(T.kind == "aaa")).all())
    tried(lambda: s.scalars(select(T.id).where(T.kind == "ccc")).all())
    tried(lambda: s.scalars(select(T.id).where(T.kv == "ccc")).all())
    tried(lambda: s.scalars(select(T.id).where(T.kind.like("a%"))).all())
    tried(lambda: s.scalars(select(T.id).where(T.kv.like("a%"))).all())
    tried(lambda: s.scalars(select(T.id).where(T.color.in_([Color.RED, "GREEN", Color.E4]))).all())
    tried(lambda: (literal(Color.RED).type, s.scalars(select(literal(Kind.A))).all(), s.scalars(select(literal(Level.LOW))).all()))
    tried(lambda: s.scalars(select(T.color).order_by(T.id)).all())
    tried(lambda: s.scalars(select(T.s).order_by(T.id)).all())
    tried(lambda: s.execute(select(T.level, T.lit).order_by(T.id)).all())
    s.execute(text("insert into t (color, s) values ('MAUVE', 'abcdefghijklmnop')"))
    tried(lambda: s.scalars(select(T.color)).all())
    tried(lambda: [x for x in s.scalars(select(T))])
    tried(lambda: s.query(T).order_by(T.id.desc()).first())
tried(lambda: Enum("a", "bbbbb", length=3))
tried(lambda: Enum("abcdefghijkl", "abcdefghijkmnopq", "c", "d", "e"))
tried(lambda: T.__table__.c.kv.type)
tried(lambda: repr(T.__table__.c.kv.type))
tried(lambda: repr(T.__table__.c.color.type))
tried(lambda: (Enum(Color).enums, Enum(Color).name, Enum(Color).length, Enum(Kind).python_type, Enum("a").python_type, Enum(Color, omit_aliases=False).enums))
big = Enum("alpha", "beta", "gamma", "delta", "epsilon and more", validate_strings=True)
tried(lambda: e.connect().execute(select(type_coerce("q", big))).scalar())
tried(lambda: e.connect().execute(select(type_coerce(literal("q"), big))).scalar())
tried(lambda: e.connect().execute(select(bindparam("x", type_=big)), {"x": 3}).scalar())
print(select(T.id).where(T.kv == Kind.A, T.level == 5).compile(e, compile_kwargs={"literal_binds": True}))
