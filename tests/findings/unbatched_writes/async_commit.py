#@ shop
# %% Async
aengine = create_async_engine("sqlite+aiosqlite://")
async def main():
    async with aengine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    async with async_sessionmaker(aengine)() as session:
        for n in range(4):
            session.add(Tag(name=str(n)))
            await session.commit()  #! unbatched_writes confirmed - 4
asyncio.run(main())
