# A JSON column whose dictionary changes in place
# strategies: none
from sqlalchemy import create_engine, ForeignKey, select, func, JSON, PickleType
from sqlalchemy.orm import *
from sqlalchemy.orm.attributes import flag_modified
class Base(DeclarativeBase): pass
class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    meta: Mapped[dict] = mapped_column(JSON, default=dict)
e = create_engine("sqlite://"); Base.metadata.create_all(e)
with Session(e) as s:
    d = Doc(); s.add(d); s.commit()
    d.meta["a"] = 1; s.commit(); print(d.meta)
    d.meta["a"] = 1; flag_modified(d, "meta"); s.commit(); print(d.meta)
    d.meta = {**d.meta, "b": None}; s.commit(); print(d.meta)
    print(s.scalars(select(Doc.meta["a"].as_integer())).all(), s.scalars(select(Doc.id).where(Doc.meta["a"].as_integer() == 1)).all())
