# What listeners learn of the life of objects, and a flush of some of them
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
with Session(engine) as s:
    a=A(n=1); b=A(n=2); s.add_all([a,b])
    s.flush([a]); print(a.id, b.id, b in s.new)
    s.commit()
    a.n=5; b.n=6; a.bs.append(B(k='x'))
    s.flush([b]); print(s.dirty, list(s.new)[0].k)
    s.flush(objects=[a]); s.commit()
    s.delete(a); b.n=7
    s.flush([a]); print(b in s.dirty); s.commit()
@event.listens_for(A,'refresh')
def r(t,ctx,attrs): print('refresh', t.id, attrs and sorted(attrs))
@event.listens_for(A,'expire')
def e(t,attrs): print('expire', attrs and sorted(attrs))
@event.listens_for(A,'load')
def l(t,ctx): print('load', t.id)
@event.listens_for(A,'init')
def i(t,args,kw): print('init', args, kw)
with Session(engine) as s:
    a=A(n=1); s.add(a); s.commit(); print('-'); print(a.n); print('-'); s.refresh(a); print('-'); s.refresh(a,['n']); s.expire(a,['n'])
    s.expire(a); print('-'); s.expire_all(); print('-'); a.bs; s.scalars(select(A).execution_options(populate_existing=True)).all()
    a.n=4; s.flush(); s.rollback(); a.n
with Session(engine) as s: s.scalars(select(A)).all()
def log(name):
    def f(s,o): print(name, o.id if o in s else (o.id,'out'), object_session(o) is not None)
    return f
for n in ("transient_to_pending","pending_to_persistent","pending_to_transient","persistent_to_transient","persistent_to_detached","persistent_to_deleted","deleted_to_detached","deleted_to_persistent","detached_to_persistent","loaded_as_persistent","before_attach","after_attach"):
    event.listen(Session, n, log(n))
with Session(engine, expire_on_commit=False) as s:
    a=A(n=1); s.add(a); s.expunge(a); print('-'); s.add(a); s.flush(); print('-'); s.rollback(); print('-')
    a=A(n=1,bs=[B(k='a')]); s.add(a); s.commit(); print('- del'); s.delete(a); s.flush(); print('- rb'); s.rollback(); print('- del2'); s.delete(a); s.commit(); print('-')
    b=A(n=2); s.add(b); s.commit(); s.expunge(b); print('- re'); s.add(b); s.expunge_all(); print('-'); s.add(b)
    c=A(n=4); s.add(c)
print('- closed')
with Session(engine) as s:
    x=s.get(A,1) or s.scalars(select(A)).first(); print('-'); s.add(A(n=9)); s.flush(); s.close()
    print('- trans'); y=s.scalars(select(A)).first(); make_transient(y)
    z=A(n=3); s.add(z); s.commit(); s.delete(z); s.commit()
