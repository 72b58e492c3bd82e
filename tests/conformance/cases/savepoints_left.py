# Savepoints that are left, and what came into the session in those inside of them
# strategies: none
from typing import Optional
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
    a=A(n=1,bs=[B(k='a')]); s.add(a); s.flush()
    sp=s.begin_nested(); a.n=2; a.bs.append(B(k='b')); s.flush(); sp2=s.begin_nested(); b=A(n=9); s.add(b); s.flush(); sp.rollback()
    print(a.n, [x.k for x in a.bs], b in s, sp.is_active, sp2.is_active, s.in_nested_transaction())
    with s.begin_nested() as n:
        s.delete(a)
    print(a in s, inspect(a).deleted)
    s.rollback(); print(inspect(a).transient, a.n, a.id)
    s.add(a); s.commit(); print(a.id, [x.k for x in a.bs])
    try:
        with s.begin_nested():
            s.add(B(k=None)); 
    except Exception as e: print(type(e).__name__)
    print(s.is_active, a.n)
    try:
        with s.begin():pass
    except Exception as e: print(type(e).__name__, e)
    s.rollback()
    with s.begin() as t:
        s.add(A(n=33)); t.rollback(); 
        try: s.add(A(n=34)); s.flush()
        except Exception as e: print(type(e).__name__, e)
    print([x.n for x in s.scalars(select(A))])
