"""Random loading options."""

KINDS = ["lazyload", "selectinload", "selectinload", "joinedload", "joinedload", "subqueryload", "immediateload"]


def options(model, dice, root, name=None):
    """`.options(…)` for a query of a class, called `name` there; often nothing."""
    return "".join(f".options({option})" for option in several(model, dice, root, name))


def several(model, dice, root, name=None):
    """Options for a query of a class, a list."""
    found, heads = [], set()
    for _ in range(dice.choice([0, 0, 1, 1, 1, 2, 2, 3])):
        if dice.random() < 0.2:
            option, head = columns(model, dice, root, name), "columns"
        elif dice.random() < 0.06:
            option, head = f"{dice.choice(['lazyload', 'selectinload', 'joinedload', 'raiseload', 'immediateload'])}('*')", "*"
        else:
            option, head = chain(model, dice, root, name)
        if option and head not in heads:  # two for one attribute may be at odds
            heads.add(head)
            found.append(option)
    return found


def chain(model, dice, here, name=None, depth=0):
    """(an option from a class on, the relationship it begins with); one to three relationships deep."""
    text, head = "", None
    if name is None and dice.random() < 0.05 and depth == 0:
        text = f"Load({here.name})"
    for _ in range(dice.randint(1, 3)):
        if not here.relationships:
            break
        relationship = dice.choice(here.relationships)
        there = relationship.target
        kind = dice.choice(KINDS) if dice.random() > 0.06 else dice.choice(["raiseload", "raiseload", "noload"])
        if dice.random() < 0.08:
            kind = "defaultload"
        attribute = f"{name or here.name}.{relationship.name}"
        if dice.random() < 0.12 and kind != "defaultload":
            attribute += f".and_({criterion(dice, there)})"
        extra = ""
        if kind == "joinedload" and dice.random() < 0.15:
            extra = ", innerjoin=True"
        if kind in ("selectinload", "immediateload") and there is here and dice.random() < 0.4:
            extra = f", recursion_depth={dice.choice([1, 2, -1])}"
        if kind == "raiseload" and dice.random() < 0.3:
            extra = ", sql_only=True"
        text += ("." if text else "") + f"{kind}({attribute}{extra})"
        head = head or relationship.name
        here, name = there, None
        if kind in ("raiseload", "noload", "lazyload") or "recursion" in extra:
            break
        if dice.random() < 0.1 and depth < 2:
            inner = [chain(model, dice, here, depth=depth + 1)[0] for _ in range(dice.randint(1, 2))]
            if dice.random() < 0.3:
                inner.append(columns(model, dice, here))
            inner = sorted({option.split("(")[1].split(")")[0]: option for option in inner if option}.values())
            if inner:
                text += f".options({', '.join(inner)})"
            break
        if dice.random() < 0.12:
            text += f".{columns(model, dice, here)}"
            break
        if dice.random() < 0.05:
            text += f".{dice.choice(['lazyload', 'raiseload', 'selectinload', 'joinedload'])}('*')"
            break
    return (text, head) if head else ("", None)


def columns(model, dice, here, name=None):
    """An option about columns."""
    chosen = [f"{name or here.name}.{column}" for column, _ in dice.sample(here.columns, dice.randint(1, 2))]
    kind = dice.choice(["load_only", "load_only", "defer", "undefer"])
    if kind == "load_only":
        return f"load_only({', '.join(chosen)}{', raiseload=True' if dice.random() < 0.15 else ''})"
    if kind == "undefer" and len(here.columns) > 2 and dice.random() < 0.3:
        return "undefer_group('more')"
    return f"{kind}({chosen[0]}{', raiseload=True' if kind == 'defer' and dice.random() < 0.2 else ''})"


def criterion(dice, cls, name=None):
    """A condition on a row of a class."""
    name = name or cls.name
    key = f"{name}.{cls.key[0]}"
    return dice.choice([
        lambda: f"{name}.score > {dice.randint(0, 4)}",
        lambda: f"{name}.score.is_(None)",
        lambda: f"{name}.score.is_not(None)",
        lambda: f"{name}.name == '{cls.name} {dice.randint(1, 3)}'",
        lambda: f"{name}.name.like('%{dice.randint(1, 3)}')",
        lambda: f"{name}.name.in_({[f'{cls.name} {number}' for number in range(1, dice.randint(2, 4))]!r})",
        lambda: f"{key} <= {dice.randint(1, 4)}",
        lambda: f"{key}.in_({sorted(dice.sample(range(1, 6), dice.randint(1, 4)))})",
        lambda: f"{key}.between({dice.randint(1, 2)}, {dice.randint(2, 5)})",
        lambda: f"or_({name}.score == {dice.randint(1, 5)}, {key} != {dice.randint(1, 3)})",
        lambda: f"~({name}.score < {dice.randint(1, 5)})",
    ])()
