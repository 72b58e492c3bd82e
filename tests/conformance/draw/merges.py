"""Random graphs of objects that come from one session and are merged into another."""
from .options import options, several
from .queries import ordered
from .sessions import Writer, caught, rows_in_the_end


def lines(model, dice):
    root = dice.choice(model.classes)
    text = ["", "with Session(engine, expire_on_commit=False) as session:",
            "    things = []",
            *caught([f"    things = session.scalars(select({root.name}){options(model, dice, root)}{ordered(dice, root)}).unique().all()"]),
            "    for thing in things:", f'        walk(thing, PATHS["{root.name}"])']
    if dice.random() < 0.25:
        text += ["    for thing in things:", dice.choice(["        session.expire(thing)", '        session.expire(thing, ["name"])'])]
    elif dice.random() < 0.2:
        text.append("    session.commit()")
    text += apart(model, dice, root)
    terms = dice.choice(["", "", "", ", autoflush=False", ", expire_on_commit=False"])
    text += ["", f"with Session(engine{terms}) as session:"]
    writer = Writer(model, dice)
    for _ in range(dice.randint(0, 2)):
        writer.load()
    for _ in range(dice.randint(0, 3)):
        if writer.objects:
            writer.step()
    if writer.lines:
        text += caught(writer.lines)
    how = dice.choice(["", "", "", ", load=False"])
    if dice.random() < 0.2:
        how += f", options=[{', '.join(several(model, dice, root))}]"
    merged = f"session.merge(thing{how})"
    text += ["    for thing in things:", "        try:", f"            merged = {merged}",
             "            print(merged, merged is thing, merged in session, merged in session.dirty, merged in session.new)",
             f'            walk(merged, PATHS["{root.name}"])']
    if dice.random() < 0.3:
        text.append(f"            print(session.merge(thing) is merged, {merged} is merged)")
    text += ["        except Exception as error:", "            print(told(error))"]
    if dice.random() < 0.2:
        text.append("    attempt(lambda: session.merge_all(things) and len(session.new))")
    text += [f"    attempt(lambda: session.{dice.choice(['flush', 'commit', 'commit'])}())",
             "    attempt(lambda: session.commit())"]
    return text + rows_in_the_end(model)


def apart(model, dice, root):
    """What happens to them while no session has them."""
    changes = []
    for _ in range(dice.randint(0, 3)):
        relationships = [one for one in root.relationships if not one.viewonly]
        if relationships and dice.random() < 0.6:
            one = dice.choice(relationships)
            there = one.target
            key = dice.choice(model.keys[there]) if model.keys[there] and dice.random() < 0.7 else None
            if key is None and ("id" not in there.key or len(there.key) > 1):
                continue
            values = ", ".join([f"{column}={value}" for column, value in zip(there.key, key or ())] + ["name='apart'"])
            attribute = f"thing.{one.name}"
            changes.append(dice.choice([f"{attribute}.append({there.name}({values}))", f"{attribute}.pop()", f"{attribute}.clear()",
                                        f'setattr(thing, "{one.name}", [{there.name}({values})])'])
                           if one.uselist else f'setattr(thing, "{one.name}", {dice.choice([f"{there.name}({values})", "None"])})')
        else:
            changes.append(dice.choice(['setattr(thing, "name", "apart")', 'setattr(thing, "score", 9)', 'setattr(thing, "score", None)']))
    if not changes:
        return []
    return [f"for thing in things{dice.choice(['', '', '[:1]'])}:", *(f"    attempt(lambda: {change})" for change in changes)]
