# What listeners learn of engines and connections
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
def log(name,n=99):
    def f(*a, **k): print(name, *[x if isinstance(x,(str,bool,int,type(None))) else type(x).__name__ for x in a[:n]])
    return f
for name in ("engine_connect","savepoint","rollback_savepoint","release_savepoint","begin","commit","rollback","checkout","checkin","reset",):
    event.listen(engine, name, log(name, 2 if 'execute' in name else 99))
with Session(engine) as s:
    with s.begin_nested(): s.add(A(n=1))
    n=s.begin_nested(); s.add(A(n=2)); s.flush(); n.rollback(); s.commit()
with engine.connect() as c: c.execute(select(1)); c.execute(insert(A).values(n=4)); c.commit()
with engine.begin() as c: c.execute(text('select 1'))
@event.listens_for(engine,'handle_error')
def he(ctx):
    print('handle', type(ctx.original_exception).__name__, type(ctx.sqlalchemy_exception).__name__, ctx.statement, ctx.parameters, ctx.is_disconnect, ctx.engine is engine)
with Session(engine) as s:
    try: s.execute(text('select nope'))
    except Exception as e: print(type(e).__name__)
    s.add(A(n=None))
    try: s.flush()
    except Exception as e: print(type(e).__name__)
@event.listens_for(engine,'handle_error')
def he2(ctx): raise ValueError('mine') 
with engine.connect() as c:
    try: c.execute(text('select nope2'))
    except Exception as e: print(type(e).__name__, e)
