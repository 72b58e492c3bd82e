#@ school
# %% async loop with awaitable attribute
async_engine = create_async_engine("sqlite+aiosqlite://")
ASession = async_sessionmaker(async_engine, expire_on_commit=False)


async def prepare():
    async with async_engine.begin() as c:
        await c.run_sync(Base.metadata.create_all)
    async with ASession() as s:
        s.add_all([Teacher(name=f"A{n}", department=Department(name=f"AD{n}"), courses=[Course(title=f"AC{n}{k}") for k in range(2)]) for n in range(4)])
        await s.commit()


asyncio.run(prepare())

# %% awaitable attrs
async def main():
    async with ASession() as s:
        for t in (await s.scalars(select(Teacher))).all():
            print(len(await t.awaitable_attrs.courses))  #! n_plus_one confirmed Teacher.courses 4


asyncio.run(main())

# %% gather on one session at a time
async def main():
    async with ASession() as s:
        teachers = (await s.scalars(select(Teacher).options(selectinload(Teacher.courses)))).all()
        print([len(t.courses) for t in teachers])


asyncio.run(main())

# %% get in a loop
async def main():
    async with ASession() as s:
        for n in (1, 2, 3):
            t = await s.get(Teacher, n)  #! n_plus_one suspected - 3
            print(t.name)


asyncio.run(main())

# %% a session for each
async def one(n):
    async with ASession() as s:
        return (await s.scalars(select(Teacher.name).where(Teacher.id == n))).one()  #! n_plus_one suspected - 4


async def main():
    print(await asyncio.gather(*(one(n) for n in range(1, 5))))


asyncio.run(main())

# %% refresh attribute names
async def main():
    async with ASession() as s:
        for t in (await s.scalars(select(Teacher))).all():
            await s.refresh(t, ["courses"])  #! n_plus_one confirmed Teacher.courses 4
            print(len(t.courses))


asyncio.run(main())

# %% run_sync
def count(s):
    return sum(len(t.courses) for t in s.query(Teacher))  #! n_plus_one confirmed Teacher.courses 4


async def main():
    async with ASession() as s:
        print(await s.run_sync(count))


asyncio.run(main())

# %% commit in a loop
async def main():
    async with ASession() as s:
        for n in range(4):
            s.add(Event(kind="x", ref=n))
            await s.commit()  #! unbatched_writes confirmed - 4


asyncio.run(main())

# %% stream
async def main():
    async with ASession() as s:
        result = await s.stream_scalars(select(Teacher).order_by(Teacher.id))
        async for t in result:
            print(t.name)


asyncio.run(main())

# %% delete each with its own commit
async def main():
    async with ASession() as s:
        for e in (await s.scalars(select(Event))).all():
            await s.delete(e)
            await s.commit()  #! unbatched_writes confirmed - 4


asyncio.run(main())
