"""Random queries of an async session, whose objects are then walked: as they are, awaited, or within `run_sync`."""
from . import queries
from .options import several
from .queries import narrowed, options, ordered, paged


def lines(model, dice):
    body = dice.choice([objects, objects, objects, streamed, got, synchronous, connected])(model, dice)
    session = dice.choice(["make_session()", "make_session()", "AsyncSession(engine)", "AsyncSession(engine, expire_on_commit=False)"])
    return [f"async with {session} as session:", "    try:", *("        " + line for line in body),
            "    except Exception as error:", "        print(told(error))"]


def walked(dice, cls):
    """What is reached from a thing, one way or the other."""
    names = f'PATHS["{cls.name}"]'
    return dice.choice([[f"walk(thing, {names})"], [f"await reach(thing, {names})"],
                        [f"await session.run_sync(lambda _: walk(thing, {names}))"],
                        [f"walk(thing, {names})", f"await reach(thing, {names})"]])


def selected(model, dice, root):
    return f"select({root.name})" + options(model, dice, root) + narrowed(model, dice, root) + ordered(dice, root) + paged(dice)


def objects(model, dice):
    """Objects of a class; then something happens to them."""
    root = dice.choice(model.classes)
    text = selected(model, dice, root)
    body = [dice.choice([
        f"things = (await session.scalars({text})).unique().all()", f"things = (await session.scalars({text})).unique().all()",
        f"things = (await session.execute({text})).unique().scalars().all()", f"things = [await session.scalar({text})]",
        f"things = [(await session.scalars({text})).unique().first()]", f"things = [(await session.scalars({text})).unique().one()]",
        f"things = (await session.scalars({text})).all()", f"things = await taken(session.scalars({text}))",
    ])]
    body += ["for thing in things:", "    print(thing)", "    if thing:", *("        " + line for line in walked(dice, root))]
    if dice.random() < 0.5:
        body += ["if things and things[0]:", "    thing = things[0]", *("    " + line for line in afterwards(model, dice, root))]
    return body


def afterwards(model, dice, root):
    """The objects leave, expire or are read again."""
    names = [name for name, _ in root.columns] + [one.name for one in root.relationships] * 2
    some = dice.sample(sorted(set(names)), dice.randint(1, min(2, len(set(names)))))
    identity = ", ".join(f"thing.{key}" for key in root.key)
    identity = identity if len(root.key) == 1 else f"({identity})"
    change = dice.choice([
        "await session.commit()", "await session.commit()", "await session.rollback()", "await session.refresh(thing)",
        f"await session.refresh(thing, {some!r})", f"await session.refresh(thing, attribute_names={some!r})",
        f"session.expire(thing, {some!r})", "session.expire_all()", "session.expunge(thing)", "await session.close()",
        "await session.reset()", "thing = await session.merge(thing)",
        f"thing = await session.get({root.name}, {identity}, populate_existing=True)",
    ])
    return [change, "await attempt(lambda: thing.name)", *walked(dice, root)]


def streamed(model, dice):
    """Rows as they come."""
    root = dice.choice(model.classes)
    text = selected(model, dice, root)
    if dice.random() < 0.3:
        text += f".execution_options(yield_per={dice.randint(1, 3)})"
    unique = dice.choice(["", ".unique()", ".unique()"])
    inner = ["    print(thing)", *("    " + line for line in walked(dice, root))]
    return dice.choice([
        [f"async for thing in (await session.stream_scalars({text})){unique}:", *inner],
        [f"async for thing in (await session.stream({text})){unique}.scalars():", *inner],
        [f"result = await session.stream({text})", f"async for thing, in result{unique}:", *inner],
        [f"result = await session.stream_scalars({text})", f"for thing in await result{unique}.all():", *inner],
        [f"result = await session.stream_scalars({text})", f"async for part in result{unique}.partitions({dice.randint(1, 3)}):",
         "    print(part)", "    for thing in part:", *("    " + line for line in inner)],
        [f"result = await session.stream_scalars({text})", f"thing = await result{unique}.first()", "if thing:", *inner],
    ])


def got(model, dice):
    """Objects by their keys."""
    root = dice.choice(model.classes)
    body = []
    for _ in range(dice.randint(1, 3)):
        key = dice.choice(model.keys[root]) if model.keys[root] and dice.random() < 0.85 else (9,) * len(root.key)
        option = ", ".join(several(model, dice, root))
        option = f", options=[{option}]" if option else ""
        extra = dice.choice(["", "", ", populate_existing=True"])
        method = dice.choice(["get", "get", "get_one"])
        body += [f"thing = await session.{method}({root.name}, {key[0] if len(key) == 1 else key!r}{option}{extra})", "print(thing)",
                 "if thing:", *("    " + line for line in walked(dice, root))]
    return body


def synchronous(model, dice):
    """A part that knows nothing of async."""
    _, _, _, *inner = queries.lines(model, dice)
    inner = inner[: inner.index("    except Exception as error:")]
    if any("Session(engine)" in line for line in inner):
        return objects(model, dice)
    return ["def work(session):", *(line[4:] for line in inner), "await session.run_sync(work)"]


def connected(model, dice):
    """Rows of a connection, and of the session's own."""
    root = dice.choice(model.classes)
    listed = ", ".join(f"{root.name}.{key}" for key in root.key)
    text = f"select({listed}, {root.name}.name, {root.name}.score).order_by({listed}){paged(dice)}"
    return dice.choice([
        ["async with engine.connect() as connection:", f"    print((await connection.execute({text})).all())",
         f"    print(await connection.scalar(select(func.count()).select_from({root.name})))"],
        ["connection = await session.connection()", f"print((await connection.execute({text})).mappings().all())"],
        ["connection = await session.connection()", f"async for row in await connection.stream({text}):", "    print(row)"],
        ["async with engine.begin() as connection:", f"    result = await connection.execute(update({root.name}).values(score=3))",
         "    print(result.rowcount)", f"    print(await connection.run_sync(lambda one: one.execute({text}).all()))"],
    ])
