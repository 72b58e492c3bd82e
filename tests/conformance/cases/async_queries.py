# queries of an async session
# strategies: selectin, joined
import asyncio
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


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
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")


engine = create_async_engine("sqlite+aiosqlite://")
make_session = async_sessionmaker(engine, expire_on_commit=False)


async def prepare():
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with make_session() as session:
        session.add_all([Author(id=n, name=f"A{n}", books=[Book(title="x"), Book(title="y")]) for n in (1, 2)])
        await session.commit()


async def main():
    await prepare()
    async with make_session() as session:
        result = await session.execute(select(Author).options(selectinload(Author.books)).order_by(Author.id))
        for author in result.unique().scalars():
            print(author.name, len(author.books))
    async with make_session() as session:
        for author in (await session.scalars(select(Author).order_by(Author.id))).unique():
            print(author.name, [book.title for book in await author.awaitable_attrs.books])
    async with make_session() as session:
        author = await session.get(Author, 1)
        await session.refresh(author, ["books"])
        print(len(author.books), await session.scalar(select(func.count(Book.id))))
        print(await session.run_sync(lambda sync: [book.title for book in sync.get(Author, 2).books]))
        await session.delete(author.books[0])
        await session.flush()
        await session.rollback()
    async with AsyncSession(engine) as session, session.begin():
        session.add(Author(name="new"))
    async with engine.connect() as connection:
        print((await connection.execute(select(func.count(Author.id)))).scalar())
    await engine.dispose()


asyncio.run(main())
