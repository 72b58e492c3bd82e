# A tour of async sessions: tasks, streams, refreshes, savepoints
# strategies: none
import asyncio
from sqlalchemy import ForeignKey, select, func, event, text
from sqlalchemy.ext.asyncio import *
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload, joinedload, subqueryload, raiseload
from sqlalchemy.exc import MissingGreenlet, InvalidRequestError
class Base(AsyncAttrs, DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[str]
    extra: Mapped[str] = mapped_column(deferred=True, default="x")
    bs: Mapped[list["B"]] = relationship(back_populates="a", cascade="all, delete-orphan")
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A] = relationship(back_populates="bs")
engine = create_async_engine("sqlite+aiosqlite:///:memory:")
Session = async_sessionmaker(engine, expire_on_commit=True, class_=AsyncSession)
n = 0
@event.listens_for(engine.sync_engine, "before_cursor_execute")
def count(conn, cursor, statement, parameters, context, executemany):
    global n; n += 1
async def setup():
    async with engine.begin() as conn: await conn.run_sync(Base.metadata.create_all)
    async with Session.begin() as s:
        s.add_all(A(data=f"a{i}", bs=[B(), B()]) for i in range(3))
async def gathered():
    async with Session() as s: return (await s.scalars(select(func.count(B.id)))).one()
def sync_work(session, x):
    return [len(a.bs) for a in session.scalars(select(A).order_by(A.id))], x
async def main():
    await setup()
    async with Session() as s:
        print(await s.run_sync(sync_work, 5))
    async with Session() as s:
        for a in (await s.scalars(select(A).options(joinedload(A.bs)).order_by(A.id))).unique(): print(a.data, len(a.bs))
        await s.commit()
        try: print(a.data)
        except Exception as e: print("MG", type(e).__name__)
        await s.refresh(a, ["bs"]); print(len(a.bs))
        await s.refresh(a, attribute_names=["data", "extra"]); print(a.data, a.extra)
        b = a.bs[0]; print(await b.awaitable_attrs.a is a)
        a.bs.remove(b); await s.flush(); print(b in s, len(a.bs)); await s.rollback()
    async with Session() as s:
        a = await s.get(A, 1)
        try: a.bs.append(B())
        except Exception as e: print("MG2", type(e).__name__)
        try: a.extra
        except Exception as e: print("MG3", type(e).__name__)
        print(len(await a.awaitable_attrs.bs), await a.awaitable_attrs.extra)
        r = await s.execute(select(A.id, A.data).order_by(A.id)); print(r.all(), (await s.connection()) is not None)
        async with s.begin_nested(): s.add(A(data="n")); 
        print(await s.scalar(select(func.count(A.id)))); await s.rollback()
        st = await s.stream_scalars(select(A).order_by(A.id).execution_options(yield_per=2)); print([a.data async for a in st])
        async for part in (await s.stream(select(A.id))).partitions(2): print(part)
        try: (await s.scalars(select(A).where(A.id == 77))).one()
        except Exception as e: print(type(e).__name__, e)
        m = await s.merge(A(id=1, data="merged")); print(m.data, s.dirty != set(), s.is_modified(m)); await s.commit()
    print(await asyncio.gather(gathered(), asyncio.sleep(0, "z")), n)
    async with engine.connect() as c:
        print((await c.execute(text("select count(*) from a"))).scalar(), await c.scalar(select(func.max(A.id))))
    await engine.dispose()
asyncio.run(main())
