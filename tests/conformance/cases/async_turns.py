# Tasks of an event loop take turns wherever the driver is waited for
# strategies: none
import asyncio
from sqlalchemy import ForeignKey, select, update, func, event, text, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload, joinedload
from sqlalchemy.ext.asyncio import AsyncSession, AsyncAttrs, async_sessionmaker, create_async_engine
class Base(AsyncAttrs, DeclarativeBase): pass
class A(Base):
    __tablename__='a'
    id:Mapped[int]=mapped_column(primary_key=True); n:Mapped[int]; bs:Mapped[list['B']]=relationship(back_populates='a')
class B(Base):
    __tablename__='b'
    id:Mapped[int]=mapped_column(primary_key=True); a_id:Mapped[int]=mapped_column(ForeignKey('a.id')); k:Mapped[str]
    a:Mapped[A]=relationship(back_populates='bs')
engine=create_async_engine("sqlite+aiosqlite://")
Session=async_sessionmaker(engine, expire_on_commit=False)
async def setup():
    async with engine.begin() as c:
        await c.run_sync(Base.metadata.create_all)
    async with Session() as s, s.begin():
        s.add_all([A(n=i, bs=[B(k=f'{i}.{j}') for j in range(i%3)]) for i in range(1,7)])
async def work(i):
    async with Session() as s:
        print('start',i)
        a=await s.get(A,i); print('got',i,a.n)
        bs=await a.awaitable_attrs.bs; print('bs',i,len(bs))
        rows=(await s.scalars(select(A).options(selectinload(A.bs)).where(A.id>=i))).all(); print('all',i,len(rows))


@event.listens_for(engine.sync_engine, 'before_cursor_execute')
def before(conn, cur, sql, params, ctx, many):
    ctx.n = params
    print('before', sql.split()[0], params)


@event.listens_for(engine.sync_engine, 'after_cursor_execute')
def after(conn, cur, sql, params, ctx, many):
    assert ctx.n == params


async def producer(q):
    async with Session() as s:
        for i in (await s.scalars(select(A.id).order_by(A.id))).all():
            await q.put(i)
        await q.put(None)
        await q.put(None)


async def consumer(q, name):
    async with Session() as s:
        while (i := await q.get()) is not None:
            a = await s.get(A, i, options=[selectinload(A.bs)])
            print(name, i, [b.k for b in a.bs])
            q.task_done()


async def bump(i):
    async with Session() as s:
        a = await s.get(A, i)
        a.n += 100
        await s.flush()
        print('flushed', i)
        await s.execute(update(A).where(A.id == i).values(n=A.n + 1))
        await s.refresh(a)
        print(i, a.n)


async def limited(sem, i):
    async with sem:
        async with engine.connect() as c:
            print((await c.execute(text('select :x'), {'x': i})).scalar())
            print(await c.scalar(select(func.max(A.n)).where(A.id < i)))
        print('out', i)


async def main():
    await setup()
    await asyncio.gather(*(work(i) for i in (1, 2, 3)))
    q = asyncio.Queue(maxsize=2)
    await asyncio.gather(producer(q), consumer(q, 'c1'), consumer(q, 'c2'))
    await asyncio.gather(*(bump(i) for i in (1, 2, 3)), return_exceptions=True)
    sem = asyncio.Semaphore(2)
    async with asyncio.TaskGroup() as group:
        for i in range(2, 6):
            group.create_task(limited(sem, i))


asyncio.run(main())
