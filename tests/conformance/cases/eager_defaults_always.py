# Defaults of the database that come back with every write
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
class E_(Base):
    __tablename__='e'; __mapper_args__={'eager_defaults':True}
    id:Mapped[int]=mapped_column(primary_key=True); n:Mapped[int]; sd:Mapped[str]=mapped_column(server_default='sd'); up:Mapped[Optional[str]]=mapped_column(onupdate=func.upper('x')); so:Mapped[Optional[int]]=mapped_column(server_onupdate=FetchedValue())
Base.metadata.create_all(engine)
with Session(engine) as s:
    a=E_(n=1); b=E_(n=2); s.add_all([a,b]); s.flush(); print(a.sd,b.sd)
    a.n=5; s.flush(); print(a.up, a.n)
    a.n=6; b.n=7; s.flush(); print(a.up,b.up,a.so)
    a.n=E_.n+1; s.flush(); print(a.n); s.commit(); print(a.n)
