"""Random statements that write many rows at once, with objects in the session that are to follow."""
from .options import criterion, options
from .queries import ordered, related


def lines(model, dice):
    root = dice.choice(model.classes)
    name = root.name
    listed = ", ".join(f"{name}.{key}" for key in root.key)
    terms = dice.choice(["", "", "", ", expire_on_commit=False", ", autoflush=False"])
    body = [f"things = session.scalars(select({name}){options(model, dice, root)}{ordered(dice, root)}).unique().all()"]
    if dice.random() < 0.4:
        body += dice.choice([["session.expire_all()"], ["if things:", "    things[0].score = 8"], ["if things:", "    things[-1].name = 'mine'"],
                             ["if things:", '    session.expire(things[0], ["score"])'], ["if things:", "    session.delete(things[0])"],
                             ["if things:", "    session.expunge(things[-1])"]])
    for _ in range(dice.randint(1, 2)):
        body.append(f"attempt(lambda: {dice.choice([updated, updated, updated, deleted, inserted, listed_rows, mappings])(model, dice, root)})")
        body += ["for thing in things:", "    attempt(lambda: (thing, thing in session, thing.score, thing.name))",
                 f'    walk(thing, PATHS["{name}"])']
    body += [dice.choice(["session.commit()", "session.commit()", "session.rollback()"]),
             f"print(session.execute(select({listed}, {name}.name, {name}.score).order_by({listed})).all())"]
    return ["", f"with Session(engine{terms}) as session:", "    try:", *("        " + line for line in body),
            "    except Exception as error:", "        print(told(error))"]


def synchronized(dice):
    how = dice.choice([None, None, "auto", "fetch", "fetch", "evaluate", "evaluate", False])
    return f".execution_options(synchronize_session={how!r})" if how is not None else ""


def condition(model, dice, root):
    """On the rows themselves, on what they lead to, or on other rows."""
    if root.relationships and dice.random() < 0.35:
        return related(dice, root, root.name)
    if dice.random() < 0.2:
        other = dice.choice(model.classes)
        return f"{root.name}.{root.key[0]}.in_(select({other.name}.{other.key[0]}).where({criterion(dice, other)}))"
    if dice.random() < 0.3:
        return f"{criterion(dice, root)}, {criterion(dice, root)}"
    return criterion(dice, root)


def ending(dice, root, result):
    """What is asked of a write's result, and RETURNING where that needs it."""
    if dice.random() < 0.25:
        return dice.choice([f".returning({root.name}.{root.key[0]}, {root.name}.score)", f".returning({root.name})"]), ".all()"
    return "", result


def updated(model, dice, root):
    name = root.name
    values = dice.choice([
        f"score={dice.randint(0, 9)}", f"score={name}.score + 1", f"name={name}.name + '!'", "score=None, name='new'",
        f"score=func.coalesce({name}.score, 0) + 10", f"score=case(({name}.score > 2, 1), else_={name}.score)",
        f"name=func.upper({name}.name)", f"{{{name}.score: {name}.score * 2}}", f"{{'score': literal(3)}}",
        f"score=select(func.max({name}.score)).scalar_subquery()", f"missing=1",
    ])
    returning, taken = ending(dice, root, ".rowcount")
    return f"session.execute(update({name}).where({condition(model, dice, root)}).values({values}){returning}{synchronized(dice)}){taken}"


def deleted(model, dice, root):
    returning, taken = ending(dice, root, ".rowcount")
    return f"session.execute(delete({root.name}).where({condition(model, dice, root)}){returning}{synchronized(dice)}){taken}"


def row(model, dice, root, number, is_new):
    """A row as a dict, with the key that it needs; None where a class's key is made of foreign keys."""
    if any(column in root.key for columns, _, _, _ in root.foreign for column in columns):
        return None
    values = {}
    if not is_new and model.keys[root]:
        values = dict(zip(root.key, dice.choice(model.keys[root])))
    elif len(root.key) > 1 or not is_new or dice.random() < 0.5:
        values = {column: 80 + number for column in root.key}
    if is_new:
        for columns, parent, _, _ in root.foreign:
            values.update(zip(columns, dice.choice(model.keys[parent]) if model.keys[parent] else (1,) * len(columns)))
    if is_new or dice.random() < 0.5:
        values["name"] = f"row {number}"
    if dice.random() < 0.6:
        values["score"] = dice.choice([None, 4, 7])
    return values


def rows(model, dice, root, is_new):
    drawn = [row(model, dice, root, number, is_new) for number in range(dice.randint(1, 3))]
    if None in drawn:
        return None
    return drawn if dice.random() < 0.3 else [dict(drawn[0], **one) for one in drawn]  # mostly with the same columns


def inserted(model, dice, root):
    drawn = rows(model, dice, root, is_new=True)
    if drawn is None:
        return updated(model, dice, root)
    returning = dice.choice(["", "", f".returning({root.name})", f".returning({root.name}.{root.key[0]})",
                             f".returning({root.name}, sort_by_parameter_order=True)"])
    if dice.random() < 0.3:
        return f"session.execute(insert({root.name}).values({drawn!r}){returning}){'.all()' if returning else '.rowcount'}"
    return f"session.execute(insert({root.name}){returning}, {drawn!r}){'.all()' if returning else '.rowcount'}"


def listed_rows(model, dice, root):
    """An UPDATE of rows by their keys."""
    drawn = rows(model, dice, root, is_new=False)
    return f"session.execute(update({root.name}), {drawn!r})" if drawn else deleted(model, dice, root)


def mappings(model, dice, root):
    """The session's own methods for many rows."""
    drawn = rows(model, dice, root, is_new=True)
    changed = rows(model, dice, root, is_new=False)
    if not drawn or not changed:
        return deleted(model, dice, root)
    made = ", ".join(f"{root.name}({', '.join(f'{key}={value!r}' for key, value in one.items())})" for one in drawn)
    return dice.choice([
        f"session.bulk_insert_mappings({root.name}, {drawn!r})", f"session.bulk_insert_mappings({root.name}, {drawn!r}, return_defaults=True)",
        f"session.bulk_insert_mappings({root.name}, {drawn!r}, render_nulls=True)", f"session.bulk_update_mappings({root.name}, {changed!r})",
        f"session.bulk_save_objects([{made}])", f"session.bulk_save_objects([{made}], return_defaults=True)",
        f"session.bulk_save_objects(things)", f"session.add_all([{made}])",
    ])
