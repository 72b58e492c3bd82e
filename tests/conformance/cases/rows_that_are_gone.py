# Objects whose rows are gone, until the transaction ends
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
    a=A(n=1); s.add(a); s.commit(); i=a.id
    s.execute(text('delete from a')); s.expire_all()
    try: a.n
    except Exception as e: print(type(e).__name__)
    print(a in s, object_session(a) is s, inspect(a).persistent, inspect(a).detached, inspect(a).deleted, inspect(a).was_deleted)
    print(s.get(A,i)); 
    print(a in s, object_session(a) is s, inspect(a).persistent, inspect(a).detached, inspect(a).deleted, inspect(a).was_deleted)
    s.rollback()
    print(a in s, object_session(a) is s, inspect(a).persistent, inspect(a).detached, inspect(a).deleted)
    print(a.n)
    s.execute(text('delete from a')); s.expire_all(); print(s.get(A,i), inspect(a).deleted); s.commit()
    print(a in s, object_session(a) is s, inspect(a).persistent, inspect(a).detached, inspect(a).deleted)
    b=A(n=2); s.add(b); s.commit(); s.execute(text('delete from a')); s.expire_all(); print(s.get(A,b.id) if False else s.get(A,1)); s.close()
    print(inspect(b).detached)
