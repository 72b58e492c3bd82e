"""Random programs: `program(seed)` is the text of one, `toggles(seed)` the strategies to put in place of its own."""
import random

from . import asynchronous, bulk, further, merges, older, queries, rows, savepoints, sessions
from .model import Model

# The seeds above draw from `further` too,
FURTHER = 50000
# those above from more kinds of sections,
MORE = 60000
# and those above are async. The seeds before each draw what they always did.
ASYNC = 70000

HEAD = """\
from typing import Optional

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table, and_, case, create_engine, delete, exists, func
from sqlalchemy import insert, literal, or_, select, update
from sqlalchemy.orm import DeclarativeBase, Load, Mapped, Session, aliased, backref, contains_eager, defaultload, defer
from sqlalchemy.orm import immediateload, joinedload, lazyload, load_only, mapped_column, raiseload, relationship
from sqlalchemy.orm import selectinload, subqueryload, undefer, undefer_group, with_parent


class Base(DeclarativeBase):
    pass
"""

TAIL = '''

def told(error):
    """An error in words that are SQLAlchemy's, or its type."""
    return f"{type(error).__name__} {error if 'sqlalchemy' in type(error).__module__ else ''}"


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(told(error))


def walk(thing, names, depth=0):
    """What is reached by each attribute, to some depth."""
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

'''


def program(seed):
    dice = random.Random(seed)
    model = Model(dice)
    if seed > ASYNC:
        return asynchronous.program(seed, model, dice, paths)
    lines = [f"# random program {seed}", *HEAD.splitlines(), *model.lines()]
    lines += ["", "", 'engine = create_engine("sqlite://")', "Base.metadata.create_all(engine)"]
    lines += rows.lines(model, dice)
    lines += TAIL.splitlines()
    lines += ["", f"PATHS = {paths(model, dice)!r}"]
    for _ in range(dice.randint(1, 3)):
        kind = dice.random()
        if seed > MORE and kind > 0.2:
            section = dice.choices([older, bulk, savepoints, merges], [4, 3, 2, 2])[0]
        elif seed > FURTHER and kind > 0.55:
            section = further
        else:
            section = sessions if kind < 0.4 else queries
        lines += section.lines(model, dice)
    return "\n".join(lines) + "\n"


def paths(model, dice):
    """What is walked of each class: some relationships, now and then a column."""
    chosen = {}
    for cls in model.classes:
        names = [relationship.name for relationship in cls.relationships]
        names = dice.sample(names, min(2, len(names)))
        if dice.random() < 0.3:
            names.insert(dice.randint(0, len(names)), dice.choice([name for name, _ in cls.columns]))
        chosen[cls.name] = names
    return chosen


def toggles(seed):
    """{relationship: strategy} for a second run of the same program; often one, sometimes two."""
    model = Model(random.Random(seed))
    dice = random.Random(f"toggles of {seed}")
    keys = [f"{cls.name}.{relationship.name}" for cls in model.classes for relationship in cls.relationships]
    strategies = "lazy selectin joined subquery immediate raise raise_on_sql noload".split()
    weights = [2, 3, 3, 2, 2, 1, 1, 1]
    return {key: dice.choices(strategies, weights)[0] for key in dice.sample(keys, min(len(keys), dice.choice([1, 1, 2])))}
