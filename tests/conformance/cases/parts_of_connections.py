# Rows of a connection in parts of a size that its options, or those of the statement, say
# strategies: none
import asyncio
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
pages = select(Page.id)


def sizes(result, *size):
    return [len(part) for part in result.partitions(*size)]


with Session(engine) as session:
    session.add_all([Page() for _ in range(5)])
    session.commit()
    print(len(session.scalars(select(Page), execution_options={"yield_per": 0}).all()))
    print(sizes(session.execute(pages, execution_options={"yield_per": 2})))
with engine.connect() as connection:
    print(sizes(connection.execute(pages)), sizes(connection.execute(pages), 2))
    print(sizes(connection.execute(pages.execution_options(yield_per=2))))
    print(sizes(connection.execute(pages).yield_per(2)))
    print(len(connection.execute(pages).fetchmany()))
    print(len(connection.execute(pages.execution_options(yield_per=2)).fetchmany()))
    print(sizes(connection.execute(pages, execution_options={"yield_per": 4}).scalars()))
    connection.execution_options(yield_per=3)
    print(sizes(connection.execute(pages)))


async def main():
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(Page.__table__.insert(), [{"id": number} for number in range(5)])
        print(sizes(await connection.execute(pages, execution_options={"yield_per": 2})))
        streamed = await connection.stream(pages, execution_options={"yield_per": 2})
        print([len(part) async for part in streamed.partitions()])


try:
    asyncio.run(main())
except Exception as error:
    print(type(error).__name__, error)
