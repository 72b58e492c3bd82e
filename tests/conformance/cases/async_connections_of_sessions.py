# The connection of an async session
# strategies: none
import asyncio

from sqlalchemy import literal, select, text
from sqlalchemy.ext.asyncio import (
    AsyncConnection, AsyncSession, AsyncTransaction, async_engine_from_config, async_sessionmaker, close_all_sessions,
)


async def main():
    engine = async_engine_from_config({"sqlalchemy.url": "sqlite+aiosqlite://"})
    async with AsyncSession(engine) as session:
        connection = await session.connection()
        print(isinstance(connection, AsyncConnection), (await connection.execute(text("select 5"))).scalar())
        print(await connection.run_sync(lambda sync: sync.dialect.name), session.get_bind() is engine.sync_engine)
        print(await connection.scalar(select(7)), connection.in_transaction(), connection.closed)
        result = await session.stream(select(literal(1).label("one")))
        print([dict(row) async for row in result.mappings()])
    async with engine.connect() as connection:
        transaction = connection.begin()
        print(isinstance(transaction, AsyncTransaction), connection.closed, connection.dialect.name)
        await transaction
        await transaction.rollback()
    print(connection.closed)
    maker = async_sessionmaker(engine)
    session = maker()
    await session.execute(text("select 1"))
    await close_all_sessions()
    print(session.in_transaction())


asyncio.run(main())
