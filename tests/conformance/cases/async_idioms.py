# What async programs do beside the plain queries
# strategies: lazy, selectin, joined, subquery
from sqlalchemy import *
from sqlalchemy.orm import *


import asyncio
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine


class Base(AsyncAttrs, DeclarativeBase):
    pass


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bs: Mapped[list["B"]] = relationship(back_populates="a", order_by="B.id")


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int | None] = mapped_column(ForeignKey("a.id"))
    a: Mapped["A | None"] = relationship(back_populates="bs")


def show(session):
    return [(a.name, len(a.bs)) for a in session.scalars(select(A).order_by(A.id)).unique()]


async def main():
    engine = create_async_engine("sqlite+aiosqlite://")
    maker = async_sessionmaker(engine, expire_on_commit=False)
    counts = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def before(conn, cursor, statement, parameters, context, executemany):
        counts.append(statement.split()[0])

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with maker() as session:
        async with session.begin():
            session.add_all([A(name=f"a{n}", bs=[B() for _ in range(n)]) for n in range(3)])
    counts.clear()
    async with maker() as session:
        result = await session.execute(
            select(A)
            .options(selectinload(A.bs))
            .order_by(A.id)
        )
        print([(a.name, len(a.bs)) for a in result.unique().scalars()])
        a = (
            await session.scalars(
                select(A).where(A.id == 3)
            )
        ).unique().one()
        print(await a.awaitable_attrs.bs == a.bs, counts)
        print(await session.run_sync(show))
        b = await session.get(B, 1)
        print((await b.awaitable_attrs.a).name)
        await session.refresh(b, ["a"])
        print(b.a.name)
        b.a = None
        await session.flush()
        await session.rollback()
        try:
            print(b.a.name)
        except Exception as error:
            print(type(error).__name__)
        count = await session.scalar(select(func.count()).select_from(B))
        print(count)
    async with maker() as session:
        stream = await session.stream_scalars(select(A).order_by(A.id))
        async for a in stream.unique():
            print(a.name)
        await session.delete(await session.get(A, 1))
        await session.commit()
    async with engine.connect() as connection:
        print((await connection.execute(text("select count(*) from a"))).scalar())
    await engine.dispose()


asyncio.run(main())
