# Listeners of tables that are created and dropped
# strategies: none
from sqlalchemy import *
from sqlalchemy import event
from sqlalchemy.orm import *
class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int]
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
def tell(what):
    def f(target, connection, **kw):
        print(what, type(target).__name__, type(connection).__name__, connection.in_transaction(), sorted(kw), [t.name for t in kw.get("tables") or []])
        if what == "after A":
            connection.execute(A.__table__.insert(), [{"x": 1}, {"x": 2}])
            connection.execute(text("insert into a (x) values (5)"))
    return f
for name in ("before_create", "after_create", "before_drop", "after_drop"):
    event.listen(Base.metadata, name, tell("meta " + name))
    event.listen(B.__table__, name, tell("b " + name))
event.listen(A.__table__, "after_create", tell("after A"))
event.listen(A.__table__, "after_create", DDL("create index ix_%(table)s on %(table)s (x)"))
engine = create_engine("sqlite://")
@event.listens_for(engine, "begin")
def begin(c): print("begin")
@event.listens_for(engine, "commit")
def commit(c): print("commit")
Base.metadata.create_all(engine)
with Session(engine) as s: print(s.scalars(select(A.x)).all())
with engine.connect() as c:
    seen = []
    event.listen(B.__table__, "before_drop", lambda t, conn, **kw: seen.append(conn is c))
    Base.metadata.drop_all(c)
    print(seen)
    Base.metadata.create_all(c, tables=[B.__table__])
    c.commit()
print(DDL("alter table %(table)s set %(what)s 50%%", context={"what": "x"}).against(A.__table__))
event.listen(B.__table__, "after_create", DDL("insert into a (x) values (100)").execute_if(dialect="sqlite"))
event.listen(B.__table__, "after_create", DDL("no such thing").execute_if(dialect=("postgresql", "mysql")))
event.listen(B.__table__, "after_create", DDL("insert into a (x) values (%(x)s)", context={"x": 101}).execute_if(callable_=lambda ddl, target, bind, **kw: target.name == "b"))
A.__table__.create(engine)
event.listen(Table, "after_create", lambda target, connection, **kw: print("any table", target.name))
B.__table__.drop(engine)
B.__table__.create(engine, checkfirst=True)
B.__table__.create(engine, checkfirst=True)
Base.metadata.create_all(engine)
with Session(engine) as s:
    print(s.scalars(select(A.x)).all())
    s.execute(DDL("create table by_hand (id integer)"))
    print(s.execute(text("select count(*) from by_hand")).scalar())
event.listen(Base.metadata, "after_drop", tell("named"), named=True)
Base.metadata.drop_all(engine)
