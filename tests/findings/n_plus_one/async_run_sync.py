#@ shop
# %% Async
aengine = create_async_engine("sqlite+aiosqlite://")
def report(session):
    return [len(c.orders) for c in session.query(Customer).all()]  #! n_plus_one confirmed Customer.orders 5
async def main():
    async with aengine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    maker = async_sessionmaker(aengine, expire_on_commit=False)
    async with maker() as session:
        session.add_all([Customer(id=n, name="x") for n in range(1, 6)])
        await session.commit()
    async with maker() as session:
        print(await session.run_sync(report))
asyncio.run(main())
