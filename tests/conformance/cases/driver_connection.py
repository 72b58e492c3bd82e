# A listener that sends a PRAGMA through the driver's connection
# strategies: none
from sqlalchemy import create_engine, event, ForeignKey, String, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session
import sqlite3

@event.listens_for(Engine, "connect")
def set_sqlite_pragma(dbapi_connection, connection_record):
    if isinstance(dbapi_connection, sqlite3.Connection):
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    bs: Mapped[list["B"]] = relationship(back_populates="a", passive_deletes=True)
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id", ondelete="CASCADE"))
    a: Mapped["A"] = relationship(back_populates="bs")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(A(id=1, bs=[B(), B()]))
    s.commit()
    a = s.get(A, 1)
    s.delete(a)
    s.commit()
    print(s.scalars(select(B)).all())
    try:
        s.add(B(a_id=99)); s.commit()
    except Exception as e:
        print(type(e).__name__, str(e).splitlines()[0])
