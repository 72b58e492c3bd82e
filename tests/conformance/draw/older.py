"""Random `session.query` of the 1.x style, in more of its forms than `further` draws."""
from .further import keys, step
from .options import criterion, options
from .queries import ordered, paged, related, walked


def lines(model, dice):
    kinds = [objects, objects, got, grouped, pairs, inside, rewritten, written, single]
    body = dice.choice(kinds)(model, dice)
    return ["", "with Session(engine) as session:", "    try:", *("        " + line for line in body),
            "    except Exception as error:", "        print(told(error))"]


def joins(dice, root):
    """(a join along relationships, the class that it ends at); often none."""
    leads = step(dice, root)
    if not leads or dice.random() < 0.4:
        return "", root
    there, attribute = leads.target, f"{root.name}.{leads.name}"
    text = dice.choice([f".join({attribute})", f".outerjoin({attribute})", f".join({there.name}, {attribute})",
                        f".join({attribute}, isouter=True)", f".join({there.name})", f".outerjoin({there.name}, {attribute})"])
    onward = step(dice, there)
    if onward and onward.target not in (root, there) and dice.random() < 0.4:
        text += f".join({there.name}.{onward.name})"
        there = onward.target
    return text, there


def narrowed(dice, root):
    """Joins and conditions on what they lead to."""
    text, there = joins(dice, root)
    for _ in range(dice.choice([0, 1, 1, 2])):
        cls = dice.choice([root, there])
        text += dice.choice([f".filter({criterion(dice, cls)})", f".where({criterion(dice, cls)})",
                             f".filter({criterion(dice, cls)}, {criterion(dice, root)})",
                             f".filter_by(score={dice.randint(0, 5)})", f".filter_by(name='{there.name} {dice.randint(1, 3)}')"])
    if root.relationships and dice.random() < 0.2:
        text += f".filter({related(dice, root, root.name)})"
    return text


def settings(dice):
    """What a query may be told about how it runs."""
    return dice.choice([""] * 6 + [".populate_existing()", ".enable_eagerloads(False)", ".autoflush(False)", ".yield_per(2)",
                                   ".execution_options(populate_existing=True)", ".distinct()", ".order_by(None)"])


def objects(model, dice):
    """Objects of a class, taken from the query in one of its ways."""
    root = dice.choice(model.classes)
    text = f"session.query({root.name})" + narrowed(dice, root) + options(model, dice, root) + ordered(dice, root)
    text += settings(dice) + (f".limit({dice.randint(1, 4)})" if dice.random() < 0.3 else "")
    text += f".offset({dice.randint(0, 2)})" if dice.random() < 0.15 else ""
    taken = dice.choice(["things = {}.all()", "things = {}.all()", "things = list({})", "things = [one for one in {}]",
                         "things = {}.slice(0, 3).all()", "things = {}[1:3]", "things = [{}[0]]", "things = [{}.one()]",
                         "things = [{}.one_or_none()]", "things = [{}.first()]", "things = {}.reset_joinpoint().all()"])
    return [taken.format(text), "for thing in things:", "    print(thing)", "    if thing:",
            f'        walk(thing, PATHS["{root.name}"])']


def got(model, dice):
    """`Query.get`, of an object that is there already or not."""
    root = dice.choice(model.classes)
    body = []
    for _ in range(dice.randint(1, 3)):
        key = dice.choice(model.keys[root]) if model.keys[root] and dice.random() < 0.85 else (9,) * len(root.key)
        key = key[0] if len(key) == 1 else key
        text = f"session.query({root.name})" + options(model, dice, root)
        text += dice.choice(["", "", "", ".populate_existing()", f".filter({criterion(dice, root)})"]) + f".get({key!r})"
        body += [f"thing = {text}", "print(thing)", "if thing:", f'    walk(thing, PATHS["{root.name}"])']
    return body


def grouped(model, dice):
    """Columns and aggregates by group."""
    root = dice.choice(model.classes)
    leads = step(dice, root)
    listed = ", ".join(keys(root))
    if not leads:
        return [f"print(session.query({root.name}.score, func.count({listed.split(', ')[0]})).group_by({root.name}.score)"
                f".order_by({root.name}.score).all())"]
    there = leads.target
    text = f"session.query({root.name}.name, func.count({keys(there)[0]}).label('n'))"
    text += f".{dice.choice(['join', 'outerjoin'])}({root.name}.{leads.name}).group_by({root.name}.name)"
    if dice.random() < 0.4:
        text += f".having(func.count({keys(there)[0]}) > {dice.randint(0, 2)})"
    text += dice.choice([f".order_by({root.name}.name)", f'.order_by("n", {root.name}.name)'])
    return [f"for row in {text}{paged(dice)}:", "    print(row, row[0], row.n)"]


def pairs(model, dice):
    """Two entities in a row, or an entity and columns that are added."""
    root = dice.choice(model.classes)
    leads = step(dice, root)
    if not leads:
        return objects(model, dice)
    there, attribute = leads.target, f"{root.name}.{leads.name}"
    listed = ", ".join(keys(root) + keys(there))
    text = dice.choice([f"session.query({root.name}, {there.name}).join({attribute})",
                        f"session.query({root.name}, {there.name}).outerjoin({attribute})",
                        f"session.query({root.name}).join({attribute}).add_entity({there.name})",
                        f"session.query({root.name}).join({attribute}).add_columns({there.name}.name)",
                        f"session.query({there.name}).select_from({root.name}).join({attribute})",
                        f"session.query({root.name}.name, {there.name}).select_from({root.name}).join({attribute})",
                        f"session.query({root.name}.name, {there.name}.name).join({there.name}, {attribute})"])
    if f"query({there.name})" not in text and "query(" + root.name + "." not in text:
        text += options(model, dice, root)
    if dice.random() < 0.4:
        text += f".filter({criterion(dice, there)})"
    return [f"for row in {text}.order_by({listed}){paged(dice)}.all():", "    print(row)",
            "    for part in row if not isinstance(row, Base) else [row]:", "        if isinstance(part, Base):",
            "            walk(part, PATHS[type(part).__name__])"]


def inside(model, dice):
    """A query within another: a subquery, a list of keys, a scalar, a condition."""
    root, other = dice.choice(model.classes), dice.choice(model.classes)
    inner = f"session.query({keys(other)[0]}).filter({criterion(dice, other)})"
    text = f"session.query({root.name})" + options(model, dice, root)
    text += dice.choice([f".filter({keys(root)[0]}.in_({inner}))", f".filter({keys(root)[0]}.not_in({inner}.subquery()))",
                         f".filter({keys(root)[0]} == {inner}.order_by({keys(other)[0]}).limit(1).scalar_subquery())",
                         f".filter({inner}.exists())", f".filter(~{inner}.exists())"])
    if dice.random() < 0.4:
        return [f"inner = session.query({keys(other)[0]}.label('key'), func.count().label('n')).group_by({keys(other)[0]})"
                f".{dice.choice(['subquery', 'cte'])}()",
                f"for row in session.query({root.name}, inner.c.n).outerjoin(inner, inner.c.key == {keys(root)[0]})"
                f"{ordered(dice, root)}:", "    print(row)", f'    walk(row[0], PATHS["{root.name}"])']
    return [f"things = {text}{ordered(dice, root)}.all()", *walked(root)]


def rewritten(model, dice):
    """One query turned into others: counted, asked whether there is any, narrowed to columns, united."""
    root = dice.choice(model.classes)
    body = [f"query = session.query({root.name}){narrowed(dice, root)}{options(model, dice, root)}"]
    listed = ", ".join(keys(root))
    forms = ["query.count()", "query.distinct().count()", "query.limit(2).count()", "session.query(query.exists()).scalar()",
             f"query.with_entities({root.name}.name).order_by({listed}).all()", f"query.with_entities(func.count({keys(root)[0]})).scalar()",
             f"query.order_by({listed}).with_entities({listed}).distinct().all()", "str(query)",
             f"query.union(session.query({root.name})).order_by({listed}).all()", f"query.filter({criterion(dice, root)}).count()",
             f"query.union_all(query).count()", f"query.order_by({listed}).statement.compile().string",
             f"query.order_by({listed}).first()",
             f"session.query({root.name}).from_statement(query.order_by({listed}).statement).all()",
             "query.column_descriptions[0]['name']", "query.whereclause is None", "query.is_single_entity"]
    body += [f"attempt(lambda: {form})" for form in dice.sample(forms, dice.randint(2, 5))]
    return body


def written(model, dice):
    """`Query.update` and `Query.delete`, with objects in the session that follow."""
    root = dice.choice(model.classes)
    body = [f"things = session.query({root.name}){options(model, dice, root)}{ordered(dice, root)}.all()"]
    condition = related(dice, root, root.name) if root.relationships and dice.random() < 0.4 else criterion(dice, root)
    how = dice.choice(["", "", ", synchronize_session=False", ', synchronize_session="fetch"', ', synchronize_session="evaluate"',
                       ', synchronize_session="auto"'])
    text = dice.choice([
        f'update({{"score": {dice.randint(0, 9)}}}{how})', f"update({{{root.name}.score: {root.name}.score + 1}}{how})",
        f'update({{{root.name}.name: {root.name}.name + "!", "score": None}}{how})', f"delete({how.removeprefix(', ')})",
    ])
    if dice.random() < 0.25:
        body.append("things[0].name = 'pending'")
    body += [f"attempt(lambda: session.query({root.name}).filter({condition}).{text})",
             "for thing in things:", "    attempt(lambda: (thing, thing in session, thing.name, thing.score))",
             f'    walk(thing, PATHS["{root.name}"])']
    return body + [dice.choice(["session.commit()", "session.rollback()"]),
                   f"print(session.query({', '.join(keys(root))}, {root.name}.name, {root.name}.score).order_by({', '.join(keys(root))}).all())"]


def single(model, dice):
    """Values that stand alone."""
    root = dice.choice(model.classes)
    key = keys(root)[0]
    forms = [f"session.query(func.count({key})).scalar()", f"session.query({root.name}.name).order_by({key}).first()",
             f"session.query({root.name}.name).filter({criterion(dice, root)}).order_by({key}).scalar()",
             f"session.query({root.name}.name).distinct().order_by({root.name}.name).all()",
             f"session.query({key}).filter({criterion(dice, root)}).one()", f"session.query(func.max({root.name}.score), func.min({key})).one()",
             f"session.query({key}, {root.name}.name.label('called')).order_by({key}).first().called",
             f"session.query(literal(1)).filter({criterion(dice, root)}).first()", f"session.query({root.name}).filter_by(missing=1).all()",
             f"session.query({root.name}).filter({root.name}.name == None).count()",
             f"session.query(case(({root.name}.score > 2, 'high'), else_='low')).order_by({key}).all()"]
    return [f"attempt(lambda: {form})" for form in dice.sample(forms, dice.randint(2, 4))]
