#!/usr/bin/env python3
"""Draw random programs, run each under the real SQLAlchemy and under Lazyscope, and show where the two part.

    random_programs.py --binary target/release/lazyscope --seeds 1-500
    random_programs.py --binary target/release/lazyscope --seeds 17 --keep .     # also writes random_17.py

A program has two to five mapped classes with random relationships between them, random rows, and queries with random
loading options whose objects are then walked. Which program a seed draws does not change, unless this file does. Needs
what record.py needs.
"""
import argparse
import difflib
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import record

NAMES = ["Ant", "Bee", "Cat", "Dog", "Elk"]
OPTIONS = ["lazyload", "selectinload", "selectinload", "joinedload", "joinedload", "subqueryload", "immediateload"]
# Mappings that load eagerly in both directions grow a statement without bound, so most say nothing.
LAZY = ["select"] * 12 + ["selectin", "joined", "subquery", "immediate"]
PATIENCE = 30  # seconds


class Model:
    """Classes by number, and their relationships as (class, attribute, target, is a list)."""

    def __init__(self, dice):
        self.dice = dice
        self.count = dice.randint(2, 5)
        self.attributes = {n: [] for n in range(self.count)}
        self.columns = {n: [] for n in range(self.count)}
        self.relationships = {n: [] for n in range(self.count)}
        self.secondary = []
        self.uses = 0
        for child in range(1, self.count):
            self.one_to_many(dice.randrange(child), child)
        for _ in range(dice.randint(0, 2)):
            first, second = dice.randrange(self.count), dice.randrange(self.count)
            if first != second and dice.random() < 0.5:
                self.many_to_many(first, second)
            else:
                self.one_to_many(min(first, second), max(first, second))

    def lazy(self):
        lazy = self.dice.choice(LAZY)
        return "" if lazy == "select" else f', lazy="{lazy}"'

    def one_to_many(self, parent, child):
        self.uses += 1
        number, dice = self.uses, self.dice
        column, up, down = f"up{number}_id", f"up{number}", f"down{number}"
        single = dice.random() < 0.15 and parent != child
        optional = single or parent == child or dice.random() < 0.4
        kind = "Optional[int]" if optional else "int"
        self.columns[child].append((column, parent, optional))
        self.attributes[child].append(f'    {column}: Mapped[{kind}] = mapped_column(ForeignKey("{table(parent)}.id"))')
        order = f', order_by="{NAMES[child]}.id"' if dice.random() < 0.6 else ""
        both = dice.random() < 0.8
        back = (f', back_populates="{up}"', f', back_populates="{down}"') if both else ("", "")
        if not both:  # two that write one column would warn
            back = ("", ", viewonly=True")
        keys = f', foreign_keys="{NAMES[child]}.{column}"'
        remote = f', remote_side="{NAMES[parent]}.id"' if parent == child else ""
        target = f'Optional["{NAMES[child]}"]' if single else f'list["{NAMES[child]}"]'
        order = "" if single else order
        self.attributes[parent].append(f"    {down}: Mapped[{target}] = relationship({(keys + back[0] + order + self.lazy())[2:]})")
        up_target = f'Optional["{NAMES[parent]}"]' if optional else f'"{NAMES[parent]}"'
        inner = ", innerjoin=True" if not optional and dice.random() < 0.3 else ""
        self.attributes[child].append(f"    {up}: Mapped[{up_target}] = relationship({(keys + back[1] + remote + inner + self.lazy())[2:]})")
        self.relationships[parent].append((down, child, not single))
        self.relationships[child].append((up, parent, False))
        if single:
            self.single = getattr(self, "single", set()) | {(child, column)}

    def many_to_many(self, first, second):
        self.uses += 1
        number = self.uses
        self.secondary.append((number, first, second))
        for here, there, name, other in ((first, second, "many", "back"), (second, first, "back", "many")):
            order = f', order_by="{NAMES[there]}.id"'
            self.attributes[here].append(
                f'    {name}{number}: Mapped[list["{NAMES[there]}"]] = relationship(secondary="link{number}", '
                f'back_populates="{other}{number}"{order}{self.lazy()})')
            self.relationships[here].append((f"{name}{number}", there, True))


def table(number):
    return NAMES[number].lower() + "s"


def program(seed):
    dice = random.Random(seed)
    model = Model(dice)
    lines = [f"# random program {seed}", "from typing import Optional", "",
             "from sqlalchemy import Column, ForeignKey, Table, create_engine, insert, select",
             "from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship",
             "from sqlalchemy.orm import defaultload, immediateload, joinedload, lazyload, raiseload, selectinload, subqueryload",
             "", "", "class Base(DeclarativeBase):", "    pass", ""]
    for number, first, second in model.secondary:
        lines += ["", f'link{number} = Table(', f'    "link{number}",', "    Base.metadata,",
                  f'    Column("one_id", ForeignKey("{table(first)}.id"), primary_key=True),',
                  f'    Column("other_id", ForeignKey("{table(second)}.id"), primary_key=True),', ")"]
    for n in range(model.count):
        lines += ["", "", f"class {NAMES[n]}(Base):", f'    __tablename__ = "{table(n)}"',
                  "    id: Mapped[int] = mapped_column(primary_key=True)", "    name: Mapped[str]", *model.attributes[n]]
    lines += ["", "", 'engine = create_engine("sqlite://")', "Base.metadata.create_all(engine)"]
    lines += rows(model, dice)
    lines += ["", "", "def walk(thing, names, depth=0):", '    """What is reached by each attribute, to some depth."""',
              "    for name in names:", "        try:", "            found = getattr(thing, name)",
              "        except Exception as error:", "            print(type(error).__name__, error)", "            continue",
              "        found = found if isinstance(found, list) else [found] if found is not None else []",
              '        print("  " * depth, name, [other.id for other in found])',
              "        if depth < 1:", "            for other in found:",
              "                walk(other, PATHS[type(other).__name__], depth + 1)", ""]
    paths = {NAMES[n]: [name for name, _, _ in dice.sample(model.relationships[n], min(2, len(model.relationships[n])))]
             for n in range(model.count)}
    lines += ["", f"PATHS = {paths!r}"]
    for _ in range(dice.randint(1, 3)):
        lines += query(model, dice)
    return "\n".join(lines) + "\n"


def rows(model, dice):
    lines, counts = ["with Session(engine) as session:"], {}
    for n in range(model.count):
        counts[n] = dice.randint(1, 5)
        values = []
        for key in range(1, counts[n] + 1):
            row = {"id": key, "name": f"{NAMES[n]} {dice.randint(1, 3)}"}
            for column, parent, optional in model.columns[n]:
                above = key - 1 if parent == n else counts[parent]
                if (n, column) in getattr(model, "single", set()):
                    # one to one: at most one row for each parent
                    row[column] = key if key <= counts[parent] else None
                elif above == 0 or optional and dice.random() < 0.25:
                    row[column] = None
                else:
                    row[column] = dice.randint(1, above)
            values.append(row)
        lines.append(f"    session.execute(insert({NAMES[n]}), {values!r})")
    for number, first, second in model.secondary:
        pairs = sorted({(dice.randint(1, counts[first]), dice.randint(1, counts[second])) for _ in range(5)})
        lines.append(f"    session.execute(insert(link{number}), {[{'one_id': a, 'other_id': b} for a, b in pairs]!r})")
    return lines + ["    session.commit()"]


def chain(model, dice, here):
    """An option from a class on, one to three relationships deep."""
    text, first = "", True
    for _ in range(dice.randint(1, 3)):
        if not model.relationships[here]:
            break
        name, there, is_list = dice.choice(model.relationships[here])
        option = dice.choice(OPTIONS) if dice.random() > 0.06 else "raiseload"
        if dice.random() < 0.08:
            option = "defaultload"
        inner = ", innerjoin=True" if option == "joinedload" and dice.random() < 0.15 else ""
        text += ("" if first else ".") + f"{option}({NAMES[here]}.{name}{inner})"
        here, first = there, False
        if option == "raiseload":
            break
    return text


def query(model, dice):
    root = dice.randrange(model.count)
    name = NAMES[root]
    text = f"select({name})"
    firsts = set()
    for _ in range(dice.randint(0, 3)):
        option = chain(model, dice, root)
        head = option[option.find("("):].split(")")[0].split(",")[0]
        if option and head not in firsts:  # two for one relationship may be at odds
            firsts.add(head)
            text += f".options({option})"
    if dice.random() < 0.3 and model.relationships[root]:
        through, there, _ = dice.choice(model.relationships[root])
        kind = dice.choice(["join", "outerjoin"])
        if there != root:
            text += f".{kind}({name}.{through})"
            if dice.random() < 0.5:
                text += f".where({NAMES[there]}.id <= {dice.randint(1, 4)})"
    if dice.random() < 0.3:
        text += f".where({name}.id.in_({sorted(dice.sample(range(1, 6), dice.randint(1, 4)))}))"
    if dice.random() < 0.15:
        text += ".distinct()"
    column = dice.choice(["id", "id", "name"])
    text += f".order_by({name}.{column}{', ' + name + '.id' if column == 'name' else ''})"
    if dice.random() < 0.3:
        text += f".limit({dice.randint(1, 4)})"
        if dice.random() < 0.4:
            text += f".offset({dice.randint(0, 2)})"
    lines = ["", "with Session(engine) as session:", "    try:"]
    lines += [f"        things = session.scalars({text}).unique().all()", "        for thing in things:",
              f'            print(thing.id)', f'            walk(thing, PATHS["{name}"])']
    if dice.random() < 0.3:
        change = dice.choice(["session.expire_all()", "session.commit()", "session.expire(thing)"])
        lines += ["        if things:", f"            {change}", "            thing = things[0]", "            print(thing.name)",
                  f'            walk(thing, PATHS["{name}"])']
    return lines + ["    except Exception as error:", "        print(type(error).__name__, error)"]


def expected(path, source):
    done = subprocess.run([sys.executable, __file__, "--one", path], input=source, capture_output=True, text=True,
                          timeout=PATIENCE)
    if done.returncode:
        sys.exit(done.stderr)
    return facts(json.loads(done.stdout))


def facts(result):
    statements = [(line, sql, json.dumps(parameters)) for line, sql, parameters, _ in result["statements"]]
    error = result["error"] and (result["error"]["type"], masked(result["error"]["message"]))
    return statements, masked(result["stdout"]), error


def masked(text):
    text = re.sub(r"0x[0-9a-fA-F]+", "0x", text)
    return re.sub(r"\s*\(Background on this error at: [^)]*\)", "", text)


def here(binary, path):
    done = subprocess.run([binary, "run", path, "--json", "-"], capture_output=True, text=True, timeout=60)
    try:
        trace = json.loads(done.stdout)
    except ValueError:
        return [], "", ("no trace", done.stderr[-500:])
    statements = [(item["line"], item["sql"], json.dumps(item["parameters"])) for item in trace["statements"]
                  if item["kind"] not in ("ddl", "pragma", "transaction")]
    error = trace["outcome"]["error"]
    error = error and (error["type"], masked(error["message"]))
    return statements, masked("".join(item["text"] for item in trace["output"])), error


def in_any_order(result):
    statements, output, error = result
    return sorted(statements), output, error


def difference(want, have):
    lines = []
    for name, a, b in zip(("statements", "output", "error"), want, have):
        if a == b:
            continue
        if name == "statements":
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            lines += [f"  statement {at + 1} of {len(a)}, {len(b)} here"]
            lines += [f"    expected {a[at]}" if at < len(a) else "    expected nothing more"]
            lines += [f"    here     {b[at]}" if at < len(b) else "    here     nothing more"]
        elif name == "output":
            diff = difflib.unified_diff(a.splitlines(), b.splitlines(), lineterm="", n=0)
            lines += ["    " + line for line in list(diff)[2:10]]
        else:
            lines += [f"  error: expected {a}, here {b}"]
    return "\n".join(lines)


def main():
    if sys.argv[1:2] == ["--one"]:
        import sqlalchemy.orm  # noqa: F401
        json.dump(record.run(sys.argv[2], sys.stdin.read(), {}), sys.stdout)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seeds", default="1-100", help="a number, or two with a dash between")
    parser.add_argument("--keep", help="folder for the programs that differ")
    args = parser.parse_args()
    first, _, last = args.seeds.partition("-")
    differing, orders = [], 0
    seeds = range(int(first), int(last or first) + 1)
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            source = program(seed)
            path = os.path.join(folder, f"random_{seed}.py")
            with open(path, "w") as handle:
                handle.write(source)
            try:
                attempts = [expected(path, source)]
            except subprocess.TimeoutExpired:
                print(f"seed {seed}: it takes SQLAlchemy too long")
                continue
            have = here(args.binary, path)
            # Siblings are sent in the order of a set, so another process may well send them in ours.
            while len(attempts) < 4 and have not in attempts and in_any_order(attempts[-1]) == in_any_order(have):
                attempts.append(expected(path, source))
            if have in attempts:
                continue
            if any(in_any_order(attempt) == in_any_order(have) for attempt in attempts):
                orders += 1
                print(f"seed {seed}: in another order")
                continue
            differing.append(seed)
            print(f"seed {seed}\n{difference(attempts[-1], have)}", flush=True)
            if args.keep:
                with open(os.path.join(args.keep, f"random_{seed}.py"), "w") as handle:
                    handle.write(source)
    print(f"{len(seeds) - len(differing) - orders} of {len(seeds)} programs equal, {orders} in another order, differing: {differing}")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
