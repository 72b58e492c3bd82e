# a lazy load where nothing awaits
# strategies: lazy, selectin, joined, raise, immediate
import asyncio
from sqlalchemy import ForeignKey, select
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncAttrs, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


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
        author = (await session.scalars(select(Author).order_by(Author.id))).unique().first()
        try:
            print(len(author.books))
        except MissingGreenlet as error:
            print(type(error).__name__)
    async with make_session() as session:
        book = (await session.scalars(select(Book).order_by(Book.id))).unique().first()
        print(book.author.name)


asyncio.run(main())
