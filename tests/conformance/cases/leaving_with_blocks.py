# what a with block sends when return, break or continue leave it, and on which line
# strategies: none
import asyncio

from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def add(session, text):
    with session.begin():
        note = Note(text=text)
        session.add(note)
        return text.upper()


def add_in_a_savepoint(session, text):
    with session.begin():
        with session.begin_nested():
            session.add(Note(text=text))
            return (
                text
                + "!"
            )


def add_some(session, texts):
    for text in texts:
        with session.begin():
            session.add(Note(text=text))
            if text == "skip":
                continue
            if text == "stop":
                break


def add_nothing(session):
    with session.begin() as begun, session.no_autoflush:
        session.add(Note(text="plain"))
        return


with Session(engine) as session:
    print(add(session, "one"), add_in_a_savepoint(session, "two"))
    add_some(session, ["three", "skip", "stop", "never"])
    add_nothing(session)
    print(session.scalars(select(Note.text)).all())


async def main():
    other = create_async_engine("sqlite+aiosqlite://")
    async with other.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)

    async def keep(text):
        async with AsyncSession(other) as session:
            async with session.begin():
                session.add(Note(text=text))
                return text

    print(await keep("late"))


asyncio.run(main())
