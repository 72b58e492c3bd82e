# What listeners learn of the transactions of a session
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *
import sqlalchemy
class Base(DeclarativeBase): pass
class A(Base):
    __tablename__='a'
    id:Mapped[int]=mapped_column(primary_key=True); n:Mapped[int]; bs:Mapped[list['B']]=relationship(back_populates='a', cascade='all, delete-orphan')
    def __repr__(self): return f'A({self.id},{self.n})'
class B(Base):
    __tablename__='b'
    id:Mapped[int]=mapped_column(primary_key=True); a_id:Mapped[int]=mapped_column(ForeignKey('a.id')); k:Mapped[str]
    a:Mapped[A]=relationship(back_populates='bs')
engine=create_engine("sqlite://")
Base.metadata.create_all(engine)
def log(name):
    def f(*a): print(name, *[type(x).__name__ for x in a])
    return f
for n in ("after_begin","after_transaction_create","after_transaction_end","before_commit","after_commit","after_rollback","after_soft_rollback","before_flush","after_flush","after_flush_postexec"):
    event.listen(Session, n, log(n))
@event.listens_for(Session,"after_transaction_end")
def e(s,t): print('end', t.nested, t.parent and t.parent.nested, t.origin.name, t.is_active)
@event.listens_for(Session,"after_transaction_create")
def c(s,t): print('create', t.nested, t.parent is None, t.origin, t.is_active, s.in_transaction())
for n in ("begin","commit","rollback"): event.listen(engine,n,log('engine '+n))
with Session(engine) as s:
    s.add(A(n=1)); s.commit()
    print('--- nested')
    with s.begin_nested():
        s.add(A(n=2))
    print('--- rollback')
    s.rollback()
    print('--- fail')
    s.add(A(n=None))
    try: s.commit()
    except Exception as e: print(type(e).__name__)
    try: s.scalars(select(A)).all()
    except Exception as e: print(type(e).__name__, str(e)[:60])
    s.rollback()
    print('--- begin')
with Session(engine) as s:
    with s.begin():
        s.add(A(n=5)); 
        with s.begin_nested() as n: n.rollback()
    print('--- close')
    s.scalars(select(A)).all()
    s.begin_nested(); s.scalars(select(A)).all()
print('---conn')
with engine.connect() as c:
    with c.begin():
        s=Session(c); s.add(A(n=7)); s.commit(); s.close()
with engine.begin() as c:
    Session(c).scalars(select(A)).all()
