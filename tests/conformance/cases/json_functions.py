# JSON written and read by the engine's own functions
# strategies: none
import json
from datetime import date
from sqlalchemy import *
from sqlalchemy.orm import *
class Base(DeclarativeBase): pass
class D(Base):
    __tablename__ = "d"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[dict] = mapped_column(JSON)
    n: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
def dumps(o):
    print("dump", o)
    return json.dumps(o, sort_keys=True, ensure_ascii=False, default=str)
def loads(t):
    print("load", t)
    return json.loads(t, parse_float=str)
e = create_engine("sqlite://", json_serializer=dumps, json_deserializer=loads)
Base.metadata.create_all(e)
with Session(e) as s:
    s.add(D(tags={"b": 1.5, "a": 2, "d": date(2024, 1, 2), "é": "ü"}))
    s.add(D(tags="é"))
    s.add(D(tags=None))
    s.add(D(tags=JSON.NULL, n=None))
    s.add(D(tags=[1, 2.5], n={"x": 1}))
    s.commit()
    print(s.scalars(select(D.tags)).all())
    print(s.get(D, 1).tags)
    print(s.scalars(select(D.tags["a"])).all())
    print(s.scalars(select(D.id).where(D.tags["a"].as_integer() == 2)).all())
    print(s.scalars(select(D.id).where(D.tags["a"] == 2)).all())
    def bad(o): raise ValueError("no")
    try:
        s.add(D(tags={1j: 1})); s.flush()
    except Exception as x:
        print(type(x), str(x).split("[SQL")[0])
