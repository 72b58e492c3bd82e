# What an async session and an async connection tell of themselves
# strategies: none
import asyncio

from sqlalchemy import Integer, String, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.ext.asyncio.exc import AsyncMethodRequired
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String)


async def main():
    engine = create_async_engine("sqlite+aiosqlite://")
    print(engine.name, engine.driver, engine.echo)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with engine.connect() as connection:
        print(connection.get_transaction(), connection.info, connection.invalidated)
        async with connection.begin() as transaction:
            print(transaction.is_active, transaction.is_valid, connection.in_transaction(), connection.in_nested_transaction())
            print(connection.get_transaction() == transaction, connection.get_nested_transaction())
            await connection.execution_options(told=1)
            await connection.execute(text("SELECT 1"))
        print(connection.closed)
    async with AsyncSession(engine) as session:
        print(session.get_transaction())
        async with session.begin():
            found = session.get_transaction()
            print(found.is_active, found == session.get_transaction(), session.get_nested_transaction())
            async with session.begin_nested() as savepoint:
                print(session.get_nested_transaction() == savepoint, savepoint.is_active)
            session.add_all([Book(id=1, title="a"), Book(id=2, title="b")])
            book = await session.get(Book, 1)
            print(book.title, session.identity_key(instance=book), session.object_session(book) is session.sync_session)
        for options in {"yield_per": 1}, {"stream_results": True}:
            try:
                await session.execute(select(Book).execution_options(**options))
            except AsyncMethodRequired as error:
                print(error)
        rows = await session.stream(select(Book.title).execution_options(yield_per=1))
        print([row async for row in rows])
        for name in "query", "nothing":
            try:
                getattr(session, name)
            except AttributeError as error:
                print(error)
        forgotten = session.execute(select(Book))
        try:
            for row in forgotten:
                print(row)
        except TypeError as error:
            print(error)
        forgotten.close()


asyncio.run(main())
