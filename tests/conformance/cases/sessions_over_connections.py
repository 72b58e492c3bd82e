# Sessions over a connection that has a transaction under way
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
for mode in ("create_savepoint","rollback_only","control_fully","conditional_savepoint"):
    print('==',mode)
    connection = engine.connect()
    trans = connection.begin()
    session = Session(bind=connection, join_transaction_mode=mode)
    session.add(A(n=1)); session.commit()
    print(connection.in_transaction(), connection.in_nested_transaction(), trans.is_active)
    session.add(A(n=2)); session.flush(); session.rollback()
    print(session.scalars(select(A)).all())
    print(connection.in_transaction(), connection.in_nested_transaction(), trans.is_active)
    with session.begin_nested():
        session.add(A(n=3))
    try:
        with session.begin_nested():
            session.add(A(n=4)); session.flush()
            raise KeyError
    except KeyError: pass
    print([a.n for a in session.scalars(select(A))])
    session.close()
    print(connection.in_transaction(), connection.in_nested_transaction(), trans.is_active)
    if trans.is_active: trans.rollback()
    connection.close()
    with Session(engine) as s: print(s.scalars(select(A)).all()); s.execute(delete(A)); s.commit()
# the suite recipe
class Case:
    def setUp(self):
        self.connection = engine.connect()
        self.trans = self.connection.begin()
        self.session = Session(bind=self.connection)
        self.nested = self.connection.begin_nested()
        @event.listens_for(self.session, "after_transaction_end")
        def end_savepoint(session, transaction):
            if not self.nested.is_active:
                self.nested = self.connection.begin_nested()
    def tearDown(self):
        self.session.close(); self.trans.rollback(); self.connection.close()
    def test_a(self):
        self.session.add(A(n=1)); self.session.commit()
        self.session.add(A(n=1)); self.session.rollback()
        print(self.session.scalars(select(func.count(A.id))).all())
        self.session.add(A(n=3)); self.session.commit(); self.session.commit()
c=Case(); c.setUp(); c.test_a(); c.tearDown()
with Session(engine) as s: print(s.scalars(select(A)).all())
conn=engine.connect(); s=Session(conn); s.add(A(n=1)); s.commit(); print(conn.in_transaction()); s.scalars(select(A)).all(); print(conn.in_transaction(), s.connection() is conn, s.get_bind() is conn); s.close(); print(conn.in_transaction())
conn.close()
try: s.scalars(select(A)).all()
except Exception as e: print(type(e).__name__, e)
conn=engine.connect()
with conn.begin() as t:
    s=sessionmaker(bind=conn, join_transaction_mode="create_savepoint")()
    with s.begin(): s.add(A(n=4))
    with s.begin(): s.add(A(n=5))
    try: s.add(A(n=None)); s.commit()
    except Exception as e: print(type(e).__name__); s.rollback()
    print(len(s.scalars(select(A)).all()))
    t.rollback()
with Session(engine) as s: print(len(s.scalars(select(A)).all()))
try: Session(engine, join_transaction_mode="x")
except Exception as e: print(type(e).__name__, e)
