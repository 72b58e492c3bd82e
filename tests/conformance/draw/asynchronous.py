"""Random programs with an async engine: `program(seed, model, dice)` is the text of one."""
from . import async_reads, async_writes, rows

HEAD = """\
import asyncio
from typing import Optional

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table, and_, case, delete, exists, func
from sqlalchemy import insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Load, Mapped, aliased, backref, contains_eager, defaultload, defer
from sqlalchemy.orm import immediateload, joinedload, lazyload, load_only, mapped_column, raiseload, relationship
from sqlalchemy.orm import selectinload, subqueryload, undefer, undefer_group, with_parent


class Base(AsyncAttrs, DeclarativeBase):
    pass
"""

TAIL = '''

def told(error):
    """An error in words that are SQLAlchemy's, or its type."""
    return f"{type(error).__name__} {error if 'sqlalchemy' in type(error).__module__ else ''}"


async def attempt(what):
    try:
        found = what()
        print(await found if hasattr(found, "__await__") else found)
    except Exception as error:
        print(told(error))


async def taken(result):
    """What a statement brings."""
    return (await result).unique().all()


async def written(result):
    """How many rows it was."""
    return (await result).rowcount


def walk(thing, names, depth=0):
    """What is reached by each attribute, to some depth; nothing is loaded but within `run_sync`."""
    for name in names:
        try:
            found = getattr(thing, name)
            print("  " * depth, name, found)
        except Exception as error:
            print("  " * depth, name, told(error))
            continue
        if depth < 1:
            for other in found if isinstance(found, list) else [found]:
                if isinstance(other, Base):
                    walk(other, PATHS[type(other).__name__], depth + 1)


async def reach(thing, names, depth=0):
    """The same, awaited."""
    for name in names:
        try:
            found = await getattr(thing.awaitable_attrs, name)
            print("  " * depth, name, found)
        except Exception as error:
            print("  " * depth, name, told(error))
            continue
        if depth < 1:
            for other in found if isinstance(found, list) else [found]:
                if isinstance(other, Base):
                    await reach(other, PATHS[type(other).__name__], depth + 1)

'''


def program(seed, model, dice, paths):
    lines = [f"# random program {seed}", *HEAD.splitlines(), *model.lines(), "", ""]
    lines += ['engine = create_async_engine("sqlite+aiosqlite://")']
    maker = dice.choice(["", "", ", expire_on_commit=False", ", expire_on_commit=False", ", autoflush=False"])
    lines += [f"make_session = async_sessionmaker(engine{maker})", *TAIL.splitlines()]
    lines += ["", "async def prepare():", "    async with engine.begin() as connection:",
              "        await connection.run_sync(Base.metadata.create_all)"]
    first, *others = rows.lines(model, dice)
    lines.append(f"    async {first.replace('Session(engine)', 'AsyncSession(engine)')}")
    lines += [line.replace("    session", "        await session", 1) for line in others]
    lines += ["", "", f"PATHS = {paths(model, dice)!r}"]
    parts = dice.randint(1, 3)
    for number in range(parts):
        draw = dice.choice([async_reads.lines, async_reads.lines, async_writes.lines])
        lines += ["", "", f"async def part{number}():", *("    " + line for line in draw(model, dice))]
    lines += ["", "", "async def main():", "    await prepare()", *(f"    await part{number}()" for number in range(parts)),
              "    await engine.dispose()", "", "", "asyncio.run(main())"]
    return "\n".join(lines) + "\n"
