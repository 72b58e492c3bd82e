# Rows in parts: what follows them, and which parts can be made unique
# strategies: none
import asyncio

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, immediateload, joinedload, mapped_column, relationship
from sqlalchemy.orm import selectinload, subqueryload


class Base(DeclarativeBase):
    pass


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    bs: Mapped[list["B"]] = relationship(back_populates="a", order_by="B.id")


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int | None] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A | None] = relationship(back_populates="bs")


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([A(id=1, bs=[B(id=1), B(id=2)]), A(id=2, bs=[B(id=3)]), A(id=3)])
    session.commit()

# What follows rows in parts, and what follows that.
for option in (
    selectinload(A.bs),
    immediateload(A.bs),
    selectinload(A.bs).joinedload(B.a).joinedload(A.bs),
    selectinload(A.bs).subqueryload(B.a),
    immediateload(A.bs).subqueryload(B.a),
    joinedload(A.bs),
    subqueryload(A.bs),
):
    query = select(A).order_by(A.id).options(option)
    with Session(engine) as session:
        attempt(lambda: [(a.id, len(a.bs)) for a in session.scalars(query.execution_options(yield_per=2))])
    with Session(engine) as session:
        attempt(lambda: [(a.id, len(a.bs)) for a in session.query(A).order_by(A.id).options(option).yield_per(2)])
    with Session(engine) as session:
        attempt(lambda: [(a.id, len(a.bs)) for a in session.scalars(query).yield_per(2)])
    with Session(engine) as session:
        attempt(lambda: [(a.id, len(a.bs)) for a in session.scalars(query).unique().yield_per(2)])
    with Session(engine) as session:
        attempt(lambda: [[a.id for a in part] for part in session.scalars(query).unique().partitions(2)])

# When they cannot be made unique.
for how in range(7):
    with Session(engine) as session:
        result = session.scalars(select(A).order_by(A.id).options(selectinload(A.bs)), execution_options={"yield_per": 2})
        result = result.unique()
        if how == 0:
            attempt(lambda: result.first().id)
        elif how == 1:
            attempt(lambda: result.one())
        elif how == 2:
            attempt(lambda: result.all())
        elif how == 3:
            attempt(lambda: list(result))
        elif how == 4:
            attempt(lambda: list(result.partitions()))
        elif how == 5:
            attempt(lambda: result.fetchmany(1))
        else:
            attempt(lambda: next(result))

# A flush before each load that follows, whatever the query was told.
for load in (selectinload, subqueryload, immediateload, joinedload):
    for below in (selectinload, subqueryload, immediateload, joinedload):
        for how in range(4):
            with Session(engine) as session:
                session.add(B(id=9, a_id=1))
                query = select(A).order_by(A.id).options(load(A.bs).options(below(B.a)))
                if how == 0:
                    result = session.scalars(query, execution_options={"autoflush": False, "populate_existing": True})
                elif how == 1:
                    result = session.scalars(query.execution_options(autoflush=False, populate_existing=True))
                elif how == 2:
                    with session.no_autoflush:
                        result = session.scalars(query.execution_options(populate_existing=True))
                else:
                    result = session.scalars(query)
                attempt(lambda: ([len(a.bs) for a in result.unique()], len(session.new)))


# A stream makes objects of as many rows as it is asked for.
async def main():
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add_all([A(id=1, bs=[B(id=1), B(id=2)]), A(id=2, bs=[B(id=3)]), A(id=3)])
        await session.commit()
    for option in (
        selectinload(A.bs),
        joinedload(A.bs),
        subqueryload(A.bs),
        selectinload(A.bs).subqueryload(B.a),
        joinedload(A.bs).subqueryload(B.a),
    ):
        for how in range(10):
            async with AsyncSession(engine) as session:
                result = await session.stream_scalars(select(A).order_by(A.id).options(option))
                print("--", how)
                try:
                    if how == 0:
                        async for part in result.unique().partitions(2):
                            print([a.id for a in part])
                    elif how == 1:
                        async for part in result.unique().partitions():
                            print([a.id for a in part])
                    elif how == 2:
                        async for a in result.unique():
                            print(a.id)
                    elif how == 3:
                        print(len(await result.unique().fetchmany(1)))
                    elif how == 4:
                        print(len(await result.unique().all()))
                    elif how == 5:
                        async for part in result.partitions(2):
                            print([a.id for a in part])
                    elif how == 6:
                        print(len(await result.fetchmany(2)))
                        print(len(await result.fetchmany(2)))
                    elif how == 7:
                        async for part in result.partitions():
                            print([a.id for a in part])
                    elif how == 8:
                        print((await result.unique(lambda a: a.id).first()).id)
                    else:
                        print(len(await result.fetchmany(1)), len(await result.all()))
                except Exception as error:
                    print(type(error).__name__, error)


asyncio.run(main())
