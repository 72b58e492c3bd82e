"""Random queries of more kinds: `session.query`, joins of aliases and subqueries, unions, and statements that write."""
from .options import criterion, options
from .queries import entities, ordered, paged, related, walked


def lines(model, dice):
    kinds = [legacy, joined, united, counted, written, returned, related_to]
    body = dice.choices(kinds, [4, 3, 2, 2, 2, 2, 1.5])[0](model, dice)
    return ["", "with Session(engine) as session:", "    try:", *("        " + line for line in body),
            "    except Exception as error:", "        print(told(error))"]


def step(dice, root):
    """A relationship that leads to another class; none where there is none."""
    leading = [one for one in root.relationships if one.target is not root]
    return dice.choice(leading) if leading else None


def keys(cls, name=None):
    return [f"{name or cls.name}.{column}" for column in cls.key]


def legacy(model, dice):
    """`session.query`, joined, narrowed and turned into something else."""
    root = dice.choice(model.classes)
    leads = step(dice, root)
    text, there = f"session.query({root.name})", None
    body = []
    if leads and dice.random() < 0.7:
        there = leads.target
        outer = dice.choice(["join", "join", "outerjoin"])
        attribute = f"{root.name}.{leads.name}"
        form = dice.random()
        if form < 0.5:
            text += f".{outer}({attribute})"
        elif form < 0.7:
            text += f".{outer}({there.name}, {attribute})"
        else:
            body.append(f"other = aliased({there.name})")
            text += f".{outer}({dice.choice([f'{attribute}.of_type(other)', f'other, {attribute}'])})"
            if dice.random() < 0.6:
                text += f".filter({criterion(dice, there, 'other')})"
            there = None
        if there and dice.random() < 0.6:
            text += dice.choice([f".filter({criterion(dice, there)})", f".filter_by(score={dice.randint(0, 4)})",
                                 f".filter_by(name='x')"])
        onward = step(dice, there) if there else None
        if onward and onward.target is not root and dice.random() < 0.4:
            text += f".join({there.name}.{onward.name})"
            if dice.random() < 0.5:
                text += f".filter({criterion(dice, onward.target)})"
    if dice.random() < 0.4:
        text += f".filter({criterion(dice, root)})"
    if dice.random() < 0.2 and root.relationships:
        text += f".filter({related(dice, root, root.name)})"
    if dice.random() < 0.15:
        text += ".distinct()"
    text += options(model, dice, root)
    order = ordered(dice, root)
    end = dice.random()
    if end < 0.5:
        body.append(f"things = {text}{order}{paged(dice)}.all()")
    elif end < 0.58:
        body.append(f"things = {text}{order}[{dice.randint(0, 1)}:{dice.randint(2, 4)}]")
    elif end < 0.66:
        body.append(f"found = {text}{order}.first()")
        body.append("things = [found] if found else []")
    elif end < 0.74:
        other = f"session.query({root.name}).filter({criterion(dice, root)})"
        kind = dice.choice(["union", "union_all", "intersect", "except_"])
        body.append(f"things = {text}.{kind}({other}){order}{options(model, dice, root)}.all()")
    elif end < 0.8:
        return body + [f"print({text}.count())"]
    elif end < 0.86:
        return body + [f"print(session.query({text}.exists()).scalar())"]
    elif end < 0.93:
        return body + [f"print({text}{order}.with_entities({', '.join(keys(root))}, {root.name}.name).all())"]
    else:
        body += [f"inner = {text}{paged(dice)}.subquery()", f"one = aliased({root.name}, inner)",
                 f"things = session.query(one){options(model, dice, root, 'one')}{ordered(dice, root, 'one')}.all()"]
    return body + walked(root)


def joined(model, dice):
    """Objects joined to a subquery, a CTE or an alias."""
    root = dice.choice(model.classes)
    leads = step(dice, root)
    if not leads:
        return entities(model, dice)
    there = leads.target
    attribute = f"{root.name}.{leads.name}"
    inner = f"select({there.name}).where({criterion(dice, there)})"
    if dice.random() < 0.3:
        inner += ordered(dice, there) + f".limit({dice.randint(1, 4)})"
    source = dice.choice([f"{inner}.subquery()", f"{inner}.cte()", f'{inner}.cte("picked")', f'{inner}.subquery("picked")'])
    body = [f"other = aliased({there.name}, {source})"]
    outer = dice.choice(["join", "outerjoin"])
    text = dice.choice([f"select({root.name}, other)", f"select({root.name})", f"select({root.name}, other.name)"])
    is_pair = ", other)" in text
    text += f".{outer}({dice.choice([f'{attribute}.of_type(other)', f'other, {attribute}'])})"
    if dice.random() < 0.3:
        text += f".where({criterion(dice, root)})"
    if dice.random() < 0.4:
        text += f".options(contains_eager({attribute}.of_type(other)))"
    else:
        text += options(model, dice, root)
    if is_pair:
        text += options(model, dice, there, "other")
    order = keys(root) + keys(there, "other")
    text += f".order_by({', '.join(order)})" + paged(dice)
    body += [f"for row in session.execute({text}).unique():", "    print(row)", f'    walk(row[0], PATHS["{root.name}"])']
    if is_pair:
        body.append(f'    walk(row[1], PATHS["{there.name}"])')
    return body


def united(model, dice):
    """Objects of a union."""
    root = dice.choice(model.classes)
    kind = dice.choice(["union", "union_all", "intersect", "except_"])
    parts = [f"select({root.name}).where({criterion(dice, root)})" for _ in range(2)]
    whole = f"{parts[0]}.{kind}({parts[1]})"
    if dice.random() < 0.5:
        order = ", ".join(f'"{column}"' for column in root.key)
        text = f"select({root.name}).from_statement({whole}.order_by({order})){options(model, dice, root)}"
        return [f"things = session.scalars({text}).unique().all()", *walked(root)]
    text = f"select(one){options(model, dice, root, 'one')}{ordered(dice, root, 'one')}{paged(dice)}"
    return [f"one = aliased({root.name}, {whole}.subquery())", f"things = session.scalars({text}).unique().all()",
            *walked(root)]


def counted(model, dice):
    """Aggregates by group, of a subquery or of a window."""
    root = dice.choice(model.classes)
    leads = step(dice, root)
    listed = ", ".join(keys(root))
    if not leads:
        rank = f"func.row_number().over(partition_by={root.name}.score, order_by={keys(root)[0]})"
        return [f"print(session.execute(select({listed}, {rank}).order_by({listed})).all())"]
    there = leads.target
    other = keys(there)[0]
    attribute = f"{root.name}.{leads.name}"
    outer = dice.choice(["join", "outerjoin"])
    where = f".where({criterion(dice, there)})" if dice.random() < 0.4 else ""
    sub = f"select({listed}, func.count({other}).label('n')).{outer}({attribute}){where}.group_by({listed})"
    match = " & ".join(f"(counts.c.{column} == {root.name}.{column})" for column in root.key)
    text = dice.choice([
        lambda: f"select({root.name}, counts.c.n).join(counts, {match}){options(model, dice, root)}.order_by({listed}){paged(dice)}",
        lambda: f"select({root.name}.name, func.max(counts.c.n)).join(counts, {match}).group_by({root.name}.name)"
                f".order_by({root.name}.name)",
        lambda: f"select(counts).order_by({', '.join(f'counts.c.{column}' for column in root.key)}){paged(dice)}",
        lambda: f"select(func.sum(counts.c.n), func.count()).select_from(counts)",
        lambda: f"select({listed}, func.sum({there.name}.score).over(partition_by={listed.split(',')[0]})).join({attribute})"
                f".distinct().order_by({listed})",
        lambda: f"select({root.name}).where({listed.split(',')[0]}.in_(select(counts.c.{root.key[0]}).where(counts.c.n > 1)))"
                f"{options(model, dice, root)}.order_by({listed})",
    ])()
    body = [f"counts = {sub}.{dice.choice(['subquery()', 'cte()'])}"]
    return body + [f"for row in session.execute({text}).unique():", "    print(row)",
                   f"    if isinstance(row[0], {root.name}):", f'        walk(row[0], PATHS["{root.name}"])']


def written(model, dice):
    """An UPDATE or DELETE by criteria, with objects in the session that follow."""
    root = dice.choice(model.classes)
    body = [f"things = session.scalars(select({root.name}){options(model, dice, root)}{ordered(dice, root)}).unique().all()"]
    condition = related(dice, root, root.name) if root.relationships and dice.random() < 0.4 else criterion(dice, root)
    text = dice.choice([
        f"update({root.name}).where({condition}).values(score={dice.randint(0, 9)})",
        f"update({root.name}).where({condition}).values(score={root.name}.score + 1, name='new')",
        f"update({root.name}).where({condition}).values(name={root.name}.name + '!')",
        f"delete({root.name}).where({condition})",
    ])
    if dice.random() < 0.7:
        text += f".execution_options(synchronize_session={dice.choice(['auto', 'fetch', 'evaluate', False])!r})"
    body.append(f"print(session.execute({text}).rowcount)")
    body += ["for thing in things:", "    print(thing, thing in session)", "    attempt(lambda: (thing.name, thing.score))",
             f'    walk(thing, PATHS["{root.name}"])']
    return body + [dice.choice(["session.commit()", "session.rollback()"])]


def returned(model, dice):
    """A write that returns objects or columns."""
    root = dice.choice(model.classes)
    wanted = dice.choice([root.name, root.name, f"{root.name}.name, {root.name}.score", f"{root.name}, {root.name}.name"])
    how = options(model, dice, root) if wanted.startswith(root.name + ",") or wanted == root.name else ""
    kind = dice.random()
    if kind < 0.5:
        taken = [f'"{column}": 90{{}}' for column in root.key]
        for columns, parent, optional, _ in root.foreign:
            if any(column in root.key for column in columns):
                return entities(model, dice)
            key = dice.choice(model.keys[parent]) if model.keys[parent] else (1,) * len(columns)
            taken += [f'"{column}": {part}' for column, part in zip(columns, key)]
        rows = [f'{{{", ".join(taken).format(*[number] * len(root.key))}, "name": "n{number}", "score": {dice.randint(0, 5)}}}'
                for number in range(dice.randint(1, 3))]
        listed = "[" + ", ".join(rows) + "]"
        if dice.random() < 0.5:
            text, rows = f"insert({root.name}).values({listed}).returning({wanted}){how}", ""
        else:
            text, rows = f"insert({root.name}).returning({wanted}){how}", ", " + listed
    else:
        condition, rows = criterion(dice, root), ""
        text = dice.choice([f"update({root.name}).where({condition}).values(name='new')", f"delete({root.name}).where({condition})"])
        text += f".returning({wanted}){how}"
    body = [f"for row in session.execute({text}{rows}).all():", "    print(row)",
            f"    if isinstance(row[0], {root.name}):", f'        walk(row[0], PATHS["{root.name}"])']
    return body + ["session.rollback()"]


def related_to(model, dice):
    """Conditions on what relationships lead to, of aliases too."""
    root = dice.choice(model.classes)
    if not root.relationships:
        return entities(model, dice)
    leads = dice.choice(root.relationships)
    there = leads.target
    kind = "any" if leads.uselist else "has"
    body = [f"other = aliased({there.name})"]
    inner = criterion(dice, there, "other") if dice.random() < 0.7 else ""
    condition = f"{root.name}.{leads.name}.of_type(other).{kind}({inner})"
    if dice.random() < 0.3:
        condition = f"~{condition}"
    if dice.random() < 0.3:
        condition = f"or_({condition}, {criterion(dice, root)})"
    if dice.random() < 0.3 and model.keys[there]:
        key = dice.choice(model.keys[there])
        body.append(f"related = session.get({there.name}, {key[0] if len(key) == 1 else key!r})")
        condition = f"{root.name}.{leads.name}.contains(related)" if leads.uselist else f"{root.name}.{leads.name} == related"
    elif dice.random() < 0.2:
        body.append(f"owner = session.scalars(select({root.name}){ordered(dice, root)}).first()")
        text = f"select({there.name}).where(with_parent(owner, {root.name}.{leads.name}))"
        text += options(model, dice, there) + ordered(dice, there)
        return body + [f"things = session.scalars({text}).unique().all() if owner else []", *walked(there)]
    text = f"select({root.name}).where({condition}){options(model, dice, root)}{ordered(dice, root)}{paged(dice)}"
    return body + [f"things = session.scalars({text}).unique().all()", *walked(root)]
