#!/usr/bin/env python3
"""Record what scenarios do under the real SQLAlchemy, for tests/conformance/main.rs to hold Lazyscope against.

    record.py                 every bundled scenario and every case
    record.py NAME...         those of that name

Each scenario runs as written, and once for each of its relationships with each strategy put in its place. A comment
`# strategies: selectin, joined` in a scenario narrows the latter, `# strategies: none` leaves it out. Needs Python
3.11 or later on a system with fork(), with sqlalchemy 2.1.9, aiosqlite and greenlet.
"""
import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import traceback
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
PLACES = (os.path.join(HERE, "..", "..", "scenarios"), os.path.join(HERE, "cases"))
STRATEGIES = "lazy selectin joined raise subquery immediate raise_on_sql noload".split()
# SQLAlchemy keeps some sibling loaders in sets of objects, so what they send can come in another order each time.
ATTEMPTS = 6


def main():
    if sys.argv[1:2] == ["--attempt"]:
        attempt(*sys.argv[2:])
        return
    wanted = {os.path.basename(name).removesuffix(".py") for name in sys.argv[1:]}
    for place in PLACES:
        for file in sorted(os.listdir(place)):
            name = file.removesuffix(".py")
            if file.endswith(".py") and (not wanted or name in wanted):
                record(os.path.join(place, file), os.path.join(HERE, "recorded", name + ".json"))


def record(path, out):
    attempts = []
    for seed in range(ATTEMPTS):
        done = subprocess.run([sys.executable, __file__, "--attempt", path, str(seed)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{path}: {done.stderr}")
        attempts.append(json.loads(done.stdout))
    check_end(path, attempts[0]["as written"]["error"])
    statements, relationships, runs = Table(), Table(), {}
    for name in attempts[0]:
        results = []
        for result in (one[name] for one in attempts):
            result = dict(result, statements=spans([statements.add(item) for item in result["statements"]]),
                          relationships=relationships.add(result["relationships"]))
            if result not in results:
                results.append(result)
        runs[name] = results
    document = {"sqlalchemy": sys_alchemy(), "relationships": relationships.rows, "statements": statements.rows, "runs": runs}
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with open(out, "w") as handle:
        handle.write(pretty(document))
    print(f"{os.path.basename(path)}: {len(runs)} cases")


def check_end(path, error):
    """As written, a case may end with an error only at its last statement: what stands behind it would compare nothing."""
    with open(path) as handle:
        module = ast.parse(handle.read())
    functions = [node for node in ast.walk(module) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    line = error and error["line"]
    if line is None or any(node.lineno <= line <= node.end_lineno for node in functions):
        return
    last = module.body[-1]
    while isinstance(last, (ast.With, ast.For, ast.If)):
        last = last.body[-1]
    if line < last.lineno:
        sys.exit(f"{path}, line {line}: {error['type']}: {error['message']}\nThe case ends here, {last.lineno - line} "
                 "lines before its last statement: catch the error and print it.")


def sys_alchemy():
    import sqlalchemy
    return sqlalchemy.__version__


class Table:
    """Rows that are kept once, by number."""

    def __init__(self):
        self.rows, self.numbers = [], {}

    def add(self, row):
        key = json.dumps(row)
        if key not in self.numbers:
            self.numbers[key] = len(self.rows)
            self.rows.append(row)
        return self.numbers[key]


def spans(numbers):
    """[1, 2, 3, 7] as [[1, 3], 7]."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [first if first == last else [first, last] for first, last in found]


def pretty(document):
    """JSON with a line for each row, so that a change reads well as a diff."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            rows = ",\n".join(" " + json.dumps(row) for row in value)
            parts.append(f"{json.dumps(key)}: [\n{rows}\n]")
        elif isinstance(value, dict):
            rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(row)}" for name, row in value.items())
            parts.append(f"{json.dumps(key)}: {{\n{rows}\n}}")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def attempt(path, seed):
    """Print one attempt at all the cases of a scenario, each in a process of its own that has SQLAlchemy loaded."""
    import random
    global shaken  # moves what is allocated later, and with it the order of sets of objects
    random.seed(int(seed))
    shaken = [bytearray(random.randrange(16, 512)) for _ in range(1000 * int(seed))]
    import sqlalchemy.ext.asyncio  # noqa: F401
    import sqlalchemy.orm  # noqa: F401
    with open(path) as handle:
        source = handle.read()
    results = {"as written": forked(path, source, {})}
    chosen = re.search(r"^# strategies: (.*)$", source, re.M)
    chosen = [word.strip() for word in chosen[1].split(",")] if chosen else STRATEGIES
    for key in results["as written"]["relationships"]:
        for strategy in chosen:
            if strategy != "none":
                results[f"{key}={strategy}"] = forked(path, source, {key: strategy})
    json.dump(results, sys.stdout)


def forked(path, source, overrides):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as handle:
            json.dump(run(path, source, overrides), handle)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as handle:
        text = handle.read()
    os.waitpid(child, 0)
    return json.loads(text)


def run(path, source, overrides):
    import sqlalchemy
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.ext import asyncio
    from sqlalchemy.orm import RelationshipProperty

    name = os.path.basename(path)
    statements, mapped = [], {}

    @event.listens_for(Engine, "before_cursor_execute")
    def seen(connection, cursor, sql, parameters, context, executemany):
        if sql.lstrip().split(None, 1)[0].upper() not in ("PRAGMA", "CREATE", "DROP"):
            statements.append([innermost_line(name), sql, plain(parameters), bool(executemany)])

    configure = RelationshipProperty.do_init

    def configured(prop):
        key = f"{prop.parent.class_.__name__}.{prop.key}"
        mapped[key] = (prop, str(prop.lazy))
        if key in overrides:
            prop.lazy = "select" if overrides[key] == "lazy" else overrides[key]
            prop.strategy_key = (("lazy", prop.lazy),)
        configure(prop)

    RelationshipProperty.do_init = configured
    sqlalchemy.create_engine = in_memory(sqlalchemy.create_engine, "sqlite://")
    asyncio.create_async_engine = in_memory(asyncio.create_async_engine, "sqlite+aiosqlite://")

    out, error = io.StringIO(), None
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(out):
        warnings.simplefilter("always")
        main_module = type(sys)("__main__")
        main_module.__file__ = name
        sys.modules["__main__"] = main_module
        try:
            exec(compile(source, name, "exec"), main_module.__dict__)
        except BaseException as raised:
            kind = type(raised)
            lines = [frame.lineno for frame in traceback.extract_tb(raised.__traceback__) if frame.filename == name]
            module = "" if kind.__module__ == "builtins" else kind.__module__ + "."
            error = {"type": module + kind.__qualname__, "message": str(raised), "line": lines[-1] if lines else None}
    return {
        "relationships": {key: described(prop, lazy) for key, (prop, lazy) in mapped.items()},
        "statements": statements,
        "stdout": out.getvalue(),
        "warnings": [str(item.message) for item in caught if issubclass(item.category, sqlalchemy.exc.SAWarning)],
        "error": error,
    }


def in_memory(create, url):
    from sqlalchemy.pool import StaticPool

    def embedded(_url=url, **options):
        for pooling in ("pool_size", "max_overflow", "pool_pre_ping", "echo"):
            options.pop(pooling, None)
        return create(url, poolclass=StaticPool, connect_args={"check_same_thread": False}, **options)
    return embedded


def innermost_line(name):
    """Of the scenario, on this stack or, as with an async engine, on those of the greenlets that wait for it."""
    import greenlet
    frame, current = sys._getframe(1), greenlet.getcurrent()
    while True:
        while frame is not None:
            if frame.f_code.co_filename == name:
                return frame.f_lineno
            frame = frame.f_back
        current = current.parent
        if current is None:
            return None
        frame = current.gr_frame


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (bytes, memoryview)):
        return {"blob": bytes(value).hex()}
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def described(prop, declared):
    direction = getattr(prop, "direction", None)
    if direction is None:  # the mapping failed before it was known
        return None
    return {"declared": declared, "direction": direction.name, "uselist": prop.uselist,
            "target": prop.mapper.class_.__name__}


if __name__ == "__main__":
    main()
