# streams, and sessions side by side
# strategies: none
import asyncio
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncAttrs, async_sessionmaker, create_async_engine
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


async def count(number):
    async with make_session() as session:
        author = await session.get(Author, number, options=[selectinload(Author.books)])
        return author.name, len(author.books)


async def main():
    await prepare()
    async with make_session() as session:
        stream = await session.stream_scalars(select(Book).order_by(Book.id))
        async for book in stream:
            print(book.title)
        result = await session.stream(select(Book.id).order_by(Book.id))
        print(await result.all())
    print(await count(1), await count(2))


asyncio.run(main())
