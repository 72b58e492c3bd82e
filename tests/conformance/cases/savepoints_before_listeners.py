# A savepoint begins before who listens to a flush sends something
# strategies: none
from sqlalchemy import *
from sqlalchemy import event
from sqlalchemy.orm import *
class Base(DeclarativeBase):
    pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]
class Log(Base):
    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
for name in ("before_insert", "before_update", "before_delete"):
    @event.listens_for(A, name)
    def log(mapper, connection, target, name=name):
        connection.execute(insert(Log).values(what=name))
for begins_first in (False, True):
    for work in ("insert", "update", "delete"):
        with Session(engine) as s:
            a = A(x=1)
            s.add(a)
            s.commit()
            if begins_first:
                s.scalars(select(A.x)).all()
            nested = s.begin_nested()
            if work == "insert":
                s.add(A(x=2))
            elif work == "update":
                a.x = 5
            else:
                s.delete(a)
            s.flush()
            nested.commit()
            s.rollback()
            print(begins_first, work, s.scalar(select(func.count()).select_from(Log)), s.scalar(select(func.count()).select_from(A)))
