# What is said of statements that nothing awaits
# strategies: none
import asyncio

from sqlalchemy import ForeignKey, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]
    y: Mapped[int] = mapped_column(default=3)
    parts: Mapped[list["Part"]] = relationship()
    some: Mapped[list["Part"]] = relationship(viewonly=True, primaryjoin="and_(Part.node_id == Node.id, Part.id > 1)")


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error, "|", getattr(error, "params", None))


async def main():
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add_all([Node(id=5), Node(id=6, x=4)])
        await session.commit()
        sync = session.sync_session

        # A flush: its rollback is not awaited either.
        async def flushed(*objects):
            session.add_all(objects)
            attempt(sync.flush)
            attempt(lambda: sync.scalars(select(Node)).all())
            await session.rollback()
            session.expunge_all()

        await session.execute(select(Node))
        await flushed(Part())
        await session.execute(select(Node))
        await flushed(Node())
        await session.execute(select(Node))
        await flushed(Node(), Node())
        node = await session.get(Node, 5)
        node.x = 7
        await flushed()
        await session.delete(await session.get(Node, 6))
        await flushed()

        # An autoflush, of a load and of a query.
        node = await session.get(Node, 5)
        node.x = 8
        attempt(lambda: node.parts)
        attempt(lambda: node.some)
        attempt(lambda: node.x)
        await session.rollback()
        node = await session.get(Node, 5)
        node.x = 8
        attempt(lambda: sync.scalars(select(Node)))
        attempt(lambda: sync.scalars(select(Node)))
        await session.rollback()

        # Loads, and statements of the program.
        node = await session.get(Node, 5)
        attempt(lambda: node.parts)
        attempt(lambda: node.some)
        session.expire(node)
        attempt(lambda: node.x)
        attempt(lambda: sync.get(Node, 6))
        attempt(lambda: sync.execute(select(Node)))
        attempt(lambda: sync.execute(select(Node).where(Node.id == 5)))
        attempt(lambda: sync.execute(select(Node.__table__)))
        attempt(lambda: sync.execute(text("select :a"), {"a": 4}))
        attempt(lambda: sync.execute(text("select 1")))
        attempt(lambda: sync.execute(insert(Node), {"id": 9}))
        attempt(lambda: sync.execute(insert(Node), [{"id": 9}, {"id": 10}]))
        attempt(lambda: sync.execute(insert(Node).values(id=9)))
        attempt(lambda: sync.execute(insert(Node).returning(Node), [{"id": 9}, {"id": 10}]))
        attempt(lambda: sync.execute(update(Node), [{"id": 9, "x": 4}, {"id": 10, "x": 4}]))
        attempt(lambda: sync.execute(update(Node).where(Node.id == 3).values(x=4)))
        attempt(lambda: sync.execute(insert(Node.__table__), [{"id": 9}, {"id": 10}]))
        await session.rollback()


asyncio.run(main())
