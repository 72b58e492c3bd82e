# The columns of a result that are still to be read
# strategies: none
from sqlalchemy import create_engine, text
e = create_engine("sqlite://")
with e.connect() as c:
    r = c.execute(text("select 1 a, 2 b, 3 c union select 4,5,6 union select 7,8,9"))
    print(r.columns("b", 0).fetchmany(1), r.all())
    r = c.execute(text("select 1 a, 2 b, 3 c union select 4,5,6 union select 7,8,9"))
    print(r.fetchone(), r.columns("b", 0).fetchmany(1), r.fetchone(), r.keys())
    r = c.execute(text("select 1 a, 2 b, 3 c union select 4,5,6 union select 7,8,9"))
    x = r.columns("c"); print(x is r, r.keys(), r.first())
    r = c.execute(text("select 1 a, 2 b, 3 c union select 4,5,6 union select 7,8,9"))
    m = r.mappings()
    print(m.columns("c", "a") is m, m.fetchone(), r.columns("b").fetchone(), m.all())
    r = c.execute(text("select 1 a, 2 b, 3 c union select 4,5,6"))
    print(r.columns("b", "c").columns(1).all())
from sqlalchemy import *
from sqlalchemy.orm import *
class Base(DeclarativeBase): pass
class S(Base):
    __tablename__ = "s"
    id: Mapped[int] = mapped_column(primary_key=True)
    boxes: Mapped[list["B"]] = relationship()
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[int] = mapped_column(ForeignKey("s.id"))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add_all([S(boxes=[B(), B()]) for i in range(3)])
    s.commit()
    r = s.execute(select(B.id).execution_options(yield_per=4))
    print(r.fetchmany(), r.fetchmany(1), r.fetchmany())
    r = s.execute(select(B.id)).yield_per(4)
    print(r.fetchone(), r.fetchmany(), r.fetchmany())
    r = s.execute(select(B.id))
    print(r.fetchone(), r.fetchmany(), r.fetchmany())
    r = s.execute(select(B))
    print(len(r.fetchmany()), len(r.fetchmany()))
