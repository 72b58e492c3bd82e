# What listeners learn of mappers
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
@event.listens_for(Mapper,'mapper_configured')
def mc(m,cls): print('mapper_configured', cls.__name__)
@event.listens_for(Mapper,'after_configured')
def ac(): print('after_configured')
@event.listens_for(Mapper,'before_configured')
def bc(): print('before_configured')
@event.listens_for(Base,'instrument_class', propagate=True)
def ic(m,cls): print('instrument_class', cls.__name__)
@event.listens_for(Mapper,'after_mapper_constructed')
def amc(m,cls): print('constructed', cls.__name__)
class C(Base):
    __tablename__='c'; id:Mapped[int]=mapped_column(primary_key=True)
@event.listens_for(C,'before_mapper_configured')
def bmc(m,cls): print('before_mapper_configured', cls.__name__)
configure_mappers()
select(A)
class D(Base):
    __tablename__='d'; id:Mapped[int]=mapped_column(primary_key=True)
print(D().id)
