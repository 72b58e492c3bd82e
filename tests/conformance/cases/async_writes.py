# writes, listeners and tasks of async sessions
# strategies: none
import asyncio
from typing import Optional
from sqlalchemy import delete, event, ForeignKey, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    joinedload,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
)


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[Optional[int]] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Optional["Author"]] = relationship(back_populates="books")


engine = create_async_engine("sqlite+aiosqlite://")


async def setup():
    async with engine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as s:
        s.add_all([Author(name="A", books=[Book(title="a1"), Book(title="a2")]), Author(name="B", books=[Book(title="b1")])])
        await s.commit()


async def main():
    await setup()
    async with AsyncSession(engine) as s:
        async with s.begin():
            a = (await s.scalars(select(Author).options(selectinload(Author.books)).where(Author.name == "A"))).one()
            a.books.append(Book(title="a3"))
            await s.flush()
            print([b.id for b in a.books])
        try:
            async with s.begin():
                s.add(Book(id=1, title="dup"))
        except Exception as e:
            print(type(e).__name__)
        r = await s.execute(update(Book).where(Book.id == 1).values(title="u").returning(Book.title))
        print(r.scalars().all())
        r = await s.execute(delete(Book).where(Book.id == 2))
        print(r.rowcount)
        await s.commit()
        async for b in await s.stream_scalars(select(Book).order_by(Book.id).execution_options(yield_per=1)):
            print(b.title)
        b = await s.get(Book, 1, options=[joinedload(Book.author)])
        print(b.author.name, s.is_modified(b), b in s, s.new, s.dirty)
        s.expunge(b)
        s.expunge_all()
        b = await s.get(Book, 1)
        await s.refresh(b, attribute_names=["author"])
        print(b.author.name)

        def work(sess, n):
            return sess.scalar(select(func.count()).select_from(Book)) + n
        print(await s.run_sync(work, 10))
        print(await s.scalar(select(func.max(Book.id))), (await s.execute(text("select 1"))).scalar())
    async with async_sessionmaker(engine, class_=AsyncSession)() as s2:
        s2.add(Author(name="zz"))
        await s2.commit()
        try:
            print((await s2.scalars(select(Author).where(Author.name == "zz"))).one().books)
        except Exception as e:
            print(type(e).__name__)
    s3 = AsyncSession(engine)
    try:
        await s3.get_one(Author, 100)
    except Exception as e:
        print(type(e).__name__, e)
    await s3.close()
    await s3.aclose() if hasattr(s3, "aclose") else None
    async with engine.connect() as c:
        async with c.begin():
            await c.execute(insert(Author).values(name="core"))
        print((await c.execute(select(func.count()).select_from(Author))).scalar_one(), await c.scalar(select(1)))
    await engine.dispose()


asyncio.run(main())


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[Optional[int]] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Optional["Author"]] = relationship(back_populates="books")


engine = create_async_engine("sqlite+aiosqlite://")


async def setup():
    async with engine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as s:
        s.add_all([Author(name="A", books=[Book(title="a1"), Book(title="a2")]), Author(name="B", books=[Book(title="b1")])])
        await s.commit()


async def main():
    await setup()
    async with AsyncSession(engine) as s:

        @event.listens_for(s.sync_session, "do_orm_execute")
        def l(st):
            print("exec", st.is_select, st.is_relationship_load)

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def b(conn, cur, stmt, params, ctx, many):
            print(stmt.split()[0])
        a = await s.get(Author, 1)
        books = await a.awaitable_attrs.books
        print(len(books))

        async def worker(i):
            async with AsyncSession(engine) as q:
                return (await q.get(Book, i)).title
        print(await asyncio.gather(*(worker(i) for i in (1, 2, 3))))
        t = asyncio.create_task(worker(1))
        print(await t)
        try:
            async with asyncio.timeout(5):
                print(await worker(2))
        except AttributeError as e:
            print("no timeout")
        await s.commit()
        try:
            a.name
        except Exception as e:
            print(type(e).__mro__[1].__name__)
        await s.refresh(a)
        print(a.name)


asyncio.run(main())
