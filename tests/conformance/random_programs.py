#!/usr/bin/env python3
"""Draw random programs, run each under the real SQLAlchemy and in the embedded interpreter, show where the two part.

    random_programs.py --player target/release/examples/player --seeds 1-500
    random_programs.py --player target/release/examples/player --seeds 17 --keep .   # also writes random_17.py, made small

A program has two to five mapped classes with random relationships between them, random rows, queries with random
loading options whose objects are then walked, and sessions with random changes; `draw/` draws them. Each runs as
written and with other strategies toggled. Which program a seed draws does not change, unless `draw/` does. Needs what
record.py needs.
"""
import argparse
import difflib
import gc
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
import time

import draw
import minimise
import record

PATIENCE = 30  # seconds
ATTEMPTS = 8  # at what differs in order only
OTHERS = 3  # at what differs in more than that
NAME = "random.py"


def in_order_of_declaration():
    """SQLAlchemy keeps a class's attributes and the columns of a composite key in sets of objects, and sends loads and
    writes columns in their order: any order is right, so it is given the one that Lazyscope has."""
    from sqlalchemy.orm import Mapper, relationships
    from sqlalchemy.sql import crud, util
    from sqlalchemy.util import OrderedSet

    def declared(columns):
        return OrderedSet(sorted(columns, key=lambda column: column._creation_order))

    join = relationships._JoinCondition
    gathered, found, returning = join._gather_join_annotations, util._find_columns, crud._get_returning_modifiers
    join._gather_join_annotations = lambda self, annotation: declared(gathered(self, annotation))
    util._find_columns = lambda clause: declared(found(clause))
    crud._get_returning_modifiers = lambda *given: tuple(
        declared(part) if isinstance(part, set) else part for part in returning(*given))
    Mapper._prop_set = property(lambda mapper: OrderedSet(mapper._props.values()))


class TooLong(Exception):
    """SQLAlchemy itself does not come to an end."""


def under_sqlalchemy(source, overrides, attempt=0):
    """What happens in a child of this process; another attempt has other memory addresses. Python's collector comes by at
    a time of its own, and takes away what the next statement might have found: here it does not come."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(PATIENCE)
        gc.disable()
        shaken = random.Random(attempt)
        shaken = [bytearray(shaken.randrange(16, 512)) for _ in range(1000 * attempt)]
        with os.fdopen(writer, "w") as handle:
            json.dump(record.run(NAME, source, overrides), handle)
        os._exit(len(shaken) * 0)
    os.close(writer)
    with os.fdopen(reader) as handle:
        text = handle.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise TooLong
    result = json.loads(text)
    statements = [(line, sql, rows(parameters)) for line, sql, parameters, _ in result["statements"]]
    return facts(result, [item for item in statements if not silent(item[1])], result["stdout"])


def facts(result, statements, output):
    error = result["error"] and (result["error"]["type"], masked(result["error"]["message"]), result["error"]["line"])
    return {"statements": statements, "output": masked(output), "error": error, "warnings": warned(result["warnings"])}


def rows(parameters):
    """Rows of parameters, one row being as good as a list of it; 1 and 1.0 differ, true and 1 do not."""
    if not parameters or not all(isinstance(row, list) for row in parameters):
        parameters = [parameters]
    return json.dumps([[int(value) if isinstance(value, bool) else value for value in row] for row in parameters])


def silent(sql):
    return sql.split(None, 1)[0].upper() in ("PRAGMA", "CREATE", "DROP", "SAVEPOINT", "RELEASE", "ROLLBACK")


def masked(text):
    text = re.sub(r"0x[0-9a-fA-F]+", "0x", text)
    text = re.sub(r"%\(\d+ (\w+)\)s", r"%(N \1)s", text)
    text = re.sub(r"(Circular dependency detected\. )\((.*)\)", lambda found: found[1] + str(members(found[2])), text)
    return re.sub(r"\s*\(Background on this error at: [^)]*\)", "", text)


def members(circle):
    """What a circle of steps consists of: SQLAlchemy lists a set."""
    return sorted(re.split(r", (?=_[A-Z])", circle))


def warned(texts):
    """In any order, the elements of a cartesian product too."""
    return sorted(re.sub(r"FROM element\(s\) (.*?) and", lambda found: " ".join(sorted(found[1].split(", "))), masked(text))
                  for text in texts)


class Player:
    """The embedded interpreter in a process of its own, which plays one program after the other."""

    def __init__(self, path):
        self.path, self.process = path, None

    def send(self, source, overrides):
        if self.process is None:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = json.dumps({"name": NAME.removesuffix(".py"), "source": source, "strategies": overrides})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def play(self, source, overrides):
        self.send(source, overrides)
        return self.answer()

    def answer(self):
        ready, _, _ = select.select([self.process.stdout], [], [], 2 * PATIENCE)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            self.process.kill()
            status = self.process.wait()
            self.process = None
            return facts({"error": {"type": f"no answer, {status}", "message": "", "line": None}, "warnings": []}, [], "")
        result = json.loads(line)
        return facts(result, [(line, sql, rows(parameters)) for line, sql, parameters in result["statements"]], result["output"])


def in_any_order(result):
    """Statements, the values of each, and what is printed, sorted: some come out of sets of objects, and rows that no
    ORDER BY orders come as the SQLite at hand finds them."""
    statements = [(line, sql, sorted(sorted(map(str, row)) for row in json.loads(rows)))
                  for line, sql, rows in result["statements"]]
    words = re.findall(r"[^\s,()\[\]]+", result["output"])
    return dict(result, statements=sorted(map(str, statements)), output=sorted(words))


def compare(player, source, overrides):
    """None for equal programs, "order" for those that are but for the order, otherwise (expected, here)."""
    player.send(source, overrides)
    try:
        attempts = [under_sqlalchemy(source, overrides)]
    except TooLong:
        player.answer()
        return "long"
    have = player.answer()
    # Siblings are sent in the order of a set, so another process may well send them in ours.
    is_alike = False
    while have not in attempts:
        is_alike = is_alike or in_any_order(attempts[-1]) == in_any_order(have)
        if len(attempts) >= (ATTEMPTS if is_alike else OTHERS):
            return "order" if is_alike else (attempts[0], have)
        try:
            attempts.append(under_sqlalchemy(source, overrides, len(attempts)))
        except TooLong:
            return "long"
    return None


def difference(want, have):
    lines = []
    for name in want:
        a, b = want[name], have[name]
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
            lines += [f"  {name}: expected {a}", f"    here {b}"]
    return "\n".join(lines)


def numbers(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--player", required=True, help="the program that cargo builds with --example player")
    parser.add_argument("--seeds", default="1-100", help="numbers and ranges: 3,10-20")
    parser.add_argument("--keep", help="folder for the programs that differ, made small")
    parser.add_argument("files", nargs="*", help="programs to hold instead of random ones")
    args = parser.parse_args()
    import sqlalchemy.ext.asyncio  # noqa: F401
    import sqlalchemy.orm  # noqa: F401
    in_order_of_declaration()
    player, began = Player(args.player), time.monotonic()
    counts, differing = {"equal": 0, "order": 0, "long": 0}, []
    if args.files:
        runs = [(name, open(name).read(), {}) for name in args.files]
    else:
        runs = ((seed, draw.program(seed), overrides) for seed in numbers(args.seeds) for overrides in ({}, draw.toggles(seed)))
    for seed, source, overrides in runs:
        found = compare(player, source, overrides)
        if not isinstance(found, tuple):
            counts[found or "equal"] += 1
            continue
        differing.append(seed)
        print(f"{seed} {overrides or ''}\n{difference(*found)}", flush=True)
        if args.keep and not (overrides and differing[-2:-1] == [seed]):  # what differs as written need not be kept again
            source = minimise.program(source, lambda text: under_sqlalchemy(text, overrides),
                                      lambda text: player.play(text, overrides), found)
            with open(os.path.join(args.keep, f"random_{seed}{'t' if overrides else ''}.py"), "w") as handle:
                handle.write(f"# strategies: {json.dumps(overrides)}\n{source}")
    print(f"{counts['equal']} runs equal, {counts['order']} in another order, {counts['long']} without end, "
          f"{len(differing)} differing: {sorted(set(differing))} ({time.monotonic() - began:.0f} s)")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
