"""Random queries whose objects are then walked."""
from .options import chain, criterion, options, several


def lines(model, dice):
    draw = dice.choices([entities, tuples, columns, eager, got, legacy, aliases], [8, 1.5, 2, 2, 1, 1, 1.5])[0]
    body = draw(model, dice)
    return ["", "with Session(engine) as session:", "    try:", *("        " + line for line in body),
            "    except Exception as error:", "        print(told(error))"]


def walked(cls):
    return ["for thing in things:", "    print(thing)", f'    walk(thing, PATHS["{cls.name}"])']


def entities(model, dice):
    """Objects of a class, by a condition, in an order, perhaps a page of them; then something happens to them."""
    root = dice.choice(model.classes)
    text = f"select({root.name})" + options(model, dice, root)
    text += narrowed(model, dice, root) + ordered(dice, root) + paged(dice)
    if dice.random() < 0.08:
        text += ".execution_options(populate_existing=True)"
    body = []
    if dice.random() < 0.2:  # something is there already
        other = dice.choice(model.classes)
        body += [f"before = session.scalars(select({other.name}){options(model, dice, other)}{ordered(dice, other)}).unique().all()"]
    unique = ".unique()" if dice.random() < 0.93 else ""
    end = dice.choices([".all()", ".first()", ".one_or_none()", ".one()"], [12, 2, 1, 1])[0]
    if end == ".all()":
        body += [f"things = session.scalars({text}){unique}.all()"]
    else:
        body += [f"found = session.scalars({text}){unique}{end}", "things = [found] if found else []"]
    body += walked(root)
    if dice.random() < 0.35:
        body += afterwards(model, dice, root, text)
    return body


def afterwards(model, dice, root, text):
    walk = ["print(thing.name)", f'walk(thing, PATHS["{root.name}"])']
    touched = dice.choice([name for name, _ in root.columns] + [one.name for one in root.relationships] * 2)
    change = dice.choice([
        ["session.expire_all()"], ["session.commit()"], ["session.expire(thing)"], [f'session.expire(thing, ["{touched}"])'],
        ["session.refresh(thing)"], [f'session.refresh(thing, ["{touched}"])'], ["session.expunge(thing)"],
        ["session.rollback()"], ["session.close()"], ["session.expunge_all()"],
        [f"again = session.scalars({text}).unique().all()", "print(len(again))"],
        [f"again = session.scalars({text}.execution_options(populate_existing=True)).unique().all()", "print(len(again))"],
        [f"session.expire(thing)", f"again = session.scalars({text}).unique().all()", "print(len(again))"],
        [f"other = Session(engine)", f"thing = other.merge(thing{', load=False' if dice.random() < 0.15 else ''})"],
    ])
    return ["if things:", "    thing = things[0]", *("    " + line for line in [*change, *walk])]


def narrowed(model, dice, root, name=None):
    """Joins and conditions."""
    text = ""
    name = name or root.name
    if dice.random() < 0.25 and root.relationships:
        relationship = dice.choice(root.relationships)
        if relationship.target is not root:
            kind = dice.choice(["join", "join", "outerjoin"])
            attribute = f"{name}.{relationship.name}"
            if dice.random() < 0.15:
                attribute += f".and_({criterion(dice, relationship.target)})"
            text += f".{kind}({attribute})"
            if dice.random() < 0.5:
                text += f".where({criterion(dice, relationship.target)})"
    if dice.random() < 0.35:
        text += f".where({criterion(dice, root, name)})"
    if dice.random() < 0.2 and root.relationships:
        text += f".where({related(dice, root, name)})"
    if dice.random() < 0.12:
        text += ".distinct()"
    return text


def related(dice, root, name):
    """A condition on what a relationship leads to."""
    relationship = dice.choice(root.relationships)
    there = relationship.target
    kind = "any" if relationship.uselist else "has"
    inner = criterion(dice, there) if dice.random() < 0.7 else ""
    deep = [one for one in there.relationships if one.target is not root and one.target is not there]
    if deep and there is not root and dice.random() < 0.25:
        further = dice.choice(deep)
        inner = f"{there.name}.{further.name}.{'any' if further.uselist else 'has'}()"
    text = f"{name}.{relationship.name}.{kind}({inner})"
    if not relationship.uselist and dice.random() < 0.2:
        return f"{name}.{relationship.name} {dice.choice(['==', '!='])} None"
    if there is not root and len(there.key) == len(root.key) == 1 and dice.random() < 0.2:
        condition = f"{there.name}.{there.key[0]} == {name}.{root.key[0]}"
        text = dice.choice([f"exists().where({condition})", f"select({there.name}).where({condition}).exists()",
                            f"{name}.{root.key[0]}.in_(select({there.name}.{there.key[0]}))"])
    return f"~{text}" if dice.random() < 0.2 else text


def ordered(dice, root, name=None):
    name = name or root.name
    keys = ", ".join(f"{name}.{column}{dice.choice(['', '', '.desc()'])}" for column in root.key)
    return f".order_by({dice.choice(['', '', name + '.name, ', name + '.score.desc(), '])}{keys})"


def paged(dice):
    if dice.random() > 0.3:
        return ""
    return f".limit({dice.randint(1, 4)})" + (f".offset({dice.randint(0, 2)})" if dice.random() < 0.4 else "")


def tuples(model, dice):
    """Two entities, or an entity and columns, in a row."""
    root = dice.choice(model.classes)
    if not root.relationships:
        return entities(model, dice)
    relationship = dice.choice(root.relationships)
    there = relationship.target
    if there is root:
        return entities(model, dice)
    second = dice.choice([there.name, there.name, f"{there.name}.name", f"{there.name}.score.label('points')"])
    text = f"select({root.name}, {second}).{dice.choice(['join', 'outerjoin'])}({root.name}.{relationship.name})"
    text += options(model, dice, root)
    if second == there.name:
        text += options(model, dice, there)
    keys = ", ".join(f"{cls.name}.{column}" for cls in (root, there) for column in cls.key)
    text += f".order_by({keys})" + paged(dice)
    body = [f"for row in session.execute({text}){'.unique()' if dice.random() < 0.9 else ''}:", "    print(row)",
            f'    walk(row[0], PATHS["{root.name}"])']
    if second == there.name:
        body.append(f'    walk(row[1], PATHS["{there.name}"])')
    return body


def columns(model, dice):
    """Columns and aggregates."""
    root = dice.choice(model.classes)
    key = f"{root.name}.{root.key[0]}"
    relationships = [one for one in root.relationships if one.target is not root]
    if not relationships:
        return [f"print(session.execute(select({key}, func.count(), func.max({root.name}.score)).group_by({key}).order_by({key})).all())"]
    relationship = dice.choice(relationships)
    there = relationship.target
    join = f"{dice.choice(['join', 'outerjoin'])}({root.name}.{relationship.name})"
    other = f"{there.name}.{there.key[0]}"
    where = f".where({criterion(dice, there)})" if dice.random() < 0.4 else ""
    page = paged(dice)
    text = dice.choice([
        lambda: f"select({root.name}.name, func.count({other}).label('n')).{join}{where}.group_by({root.name}.name)"
                f".order_by({root.name}.name){page}",
        lambda: f"select({key}, func.sum({there.name}.score)).{join}{where}.group_by({key})"
                f".having(func.count({other}) > {dice.randint(0, 2)}).order_by({key})",
        lambda: f"select({root.name}, func.count({other})).{join}{where}.group_by({', '.join(f'{root.name}.{k}' for k in root.key)})"
                f".order_by({', '.join(f'{root.name}.{k}' for k in root.key)}){page}",
        lambda: f"select({root.name}.name, {there.name}.name).{join}{where}.distinct().order_by({root.name}.name, {there.name}.name)",
        lambda: f"select(func.count()).select_from({root.name}).{join}{where}",
        lambda: f"select({key}, select(func.count({other})).where({criterion(dice, there)}).scalar_subquery()).order_by({key}){page}",
        lambda: f"select({key}, case(({root.name}.score > 2, 'high'), else_='low')).order_by({key}){page}",
        lambda: f"select(func.count()).select_from(select({root.name}).{join}{where}.distinct().subquery())",
        lambda: f"select({root.name}.name).where({key}.in_(select({other}){where})).order_by({root.name}.name)",
    ])()
    end = dice.choice([".all()", ".all()", ".first()", ".mappings().all()", ".scalars().all()"])
    return [f"print(session.execute({text}){end})"]


def eager(model, dice):
    """Joined by hand and taken from the rows."""
    root = dice.choice(model.classes)
    relationships = [one for one in root.relationships if one.target is not root]
    if not relationships:
        return entities(model, dice)
    relationship = dice.choice(relationships)
    there = relationship.target
    body, name, taken = [], there.name, f"{root.name}.{relationship.name}"
    kind = dice.choice(["join", "outerjoin"])
    keys = [f"{root.name}.{column}" for column in root.key]
    if dice.random() < 0.4:
        name = "other"
        body.append(f"other = aliased({there.name})")
        join = f".{kind}({taken}.of_type(other))"
        option = f"contains_eager({taken}, alias=other)" if dice.random() < 0.3 else f"contains_eager({taken}.of_type(other))"
    else:
        join, option = f".{kind}({taken})", f"contains_eager({taken})"
    if dice.random() < 0.4:
        further, _ = chain(model, dice, there, name if name == "other" else None)
        option += f".{further}" if further and not further.startswith("Load") else ""
    text = f"select({root.name}){join}.options({option})"
    if dice.random() < 0.4:
        text += f".where({criterion(dice, there, name)})"
    text += f".order_by({', '.join(keys + [f'{name}.{column}' for column in there.key])})" + paged(dice)
    if dice.random() < 0.4:
        text += ".execution_options(populate_existing=True)"
    return body + [f"things = session.scalars({text}).unique().all()", *walked(root)]


def aliases(model, dice):
    """An alias of a class, sometimes beside the class or over a subquery."""
    root = dice.choice(model.classes)
    body = ["one = " + (f"aliased({root.name})" if dice.random() < 0.7 else
            f"aliased({root.name}, select({root.name}).where({criterion(dice, root)}){ordered(dice, root)}.limit({dice.randint(1, 4)}).subquery())")]
    text = "select(one)" + options(model, dice, root, "one") + narrowed(model, dice, root, "one")
    text += ordered(dice, root, "one") + paged(dice)
    return body + [f"things = session.scalars({text}).unique().all()", *walked(root)]


def got(model, dice):
    """Objects by their keys."""
    root = dice.choice(model.classes)
    body = []
    for _ in range(dice.randint(1, 3)):
        key = dice.choice(model.keys[root]) if model.keys[root] and dice.random() < 0.85 else (9,) * len(root.key)
        key = key[0] if len(key) == 1 else key
        option = ", ".join(several(model, dice, root))
        option = f", options=[{option}]" if option else ""
        extra = dice.choice(["", "", "", ", populate_existing=True"])
        body += [f"thing = session.get({root.name}, {key!r}{option}{extra})", "print(thing)", "if thing:",
                 f'    walk(thing, PATHS["{root.name}"])']
    return body


def legacy(model, dice):
    """`session.query`."""
    root = dice.choice(model.classes)
    text = f"session.query({root.name})" + options(model, dice, root)
    text += "".join(f".filter({criterion(dice, root)})" for _ in range(dice.randint(0, 2)))
    text += ordered(dice, root) + paged(dice)
    if dice.random() < 0.2:
        return [f"print({text}.count())"]
    end = dice.choice([".all()", ".all()", ".first()", ".one_or_none()"])
    return [f"found = {text}{end}", "things = found if isinstance(found, list) else [found] if found else []", *walked(root)]
