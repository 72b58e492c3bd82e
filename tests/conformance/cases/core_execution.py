# Statements of Core's with one set of values, with many, and with none
# strategies: none
from sqlalchemy import (
    JSON, Column, Integer, MetaData, String, Table, bindparam, create_engine, delete, insert, select, text, update,
)

metadata = MetaData()
item = Table(
    "item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("x", Integer, unique=True),
    Column("state", String, default="made", onupdate=lambda: "changed"),
    Column("seen", String, default=lambda context: repr(sorted(context.get_current_parameters().items()))),
    Column("data", JSON),
)
engine = create_engine("sqlite://")
metadata.create_all(engine)


def run(*arguments):
    with engine.connect() as connection:
        try:
            result = connection.execute(*arguments)
            print(result.rowcount, result.returns_rows, result.all() if result.returns_rows else "")
            try:
                print("key", result.inserted_primary_key)
            except Exception as error:
                print(type(error).__name__, error)
            connection.commit()
        except Exception as error:
            print(type(error).__name__, str(error).splitlines()[0])


def show():
    with engine.connect() as connection:
        for row in connection.execute(select(item.c.id, item.c.x, item.c.state, item.c.seen)):
            print(row)


# %% Defaults: of an INSERT and of an UPDATE
run(insert(item), {"x": 1})
run(insert(item).values(x=2))
run(insert(item), [{"x": 3, "nothing": 0}, {"x": 4, "state": "mine"}])
run(update(item).where(item.c.x == 1).values(data=None))
run(update(item).where(item.c.id == bindparam("b")), [{"b": 1, "x": 10}, {"b": 2, "x": 20}])
run(update(item).where(item.c.id == bindparam("b")), {"b": 3, "state": "told"})
show()
run(insert(item).values([{"x": 5, "seen": "a"}, {"x": 6, "seen": "b"}]))

# %% Rows that come back
run(insert(item).returning(item.c.id), {"x": 7})
run(insert(item).returning(item.c.id, item.c.x), [{"x": 8}, {"x": 9}])
run(update(item).where(item.c.id > 8).values(x=item.c.x + 100).returning(item.c.x))
run(delete(item).where(item.c.id > 4))
show()

# %% Values that are lists: of a column, and of an IN
run(insert(item), {"id": 50, "data": [1, {"a": 2}]})
with engine.connect() as connection:
    print(connection.scalar(select(item.c.data).where(item.c.id == 50)))
some = select(item.c.id).where(item.c.id.in_(bindparam("ids", expanding=True)))
run(some, {"ids": [1, 2]})
run(some, {"ids": {50}})
run(some, {"ids": (id for id in (1, 50))})
run(some, {"ids": None})
run(some, {"ids": 3})


class Broken(list):
    def __iter__(self):
        raise ZeroDivisionError("cannot be gone through")


run(some, {"ids": Broken([1])})
run(delete(item).where(item.c.id.in_(bindparam("ids", expanding=True))), [{"ids": [1]}, {"ids": [2]}])

# %% Many sets of values are for writes
run(select(item), [{}, {}])
run(select(item).where(item.c.id < 0), [{}, {}])
run(text("select :a, 2"), [{"a": 1}, {"a": 2}])
run(text("select :a"), {"a": 1})
run(text("update item set x = x + :a"), [{"a": 1}, {"a": 2}])
run(insert(item), 3)
run(insert(item), [3])
run(insert(item), ({"x": 77},))

# %% A batch that fails comes after one that was sent
run(insert(item).returning(item.c.id), [{"id": 100 + n, "x": 100 + n} for n in range(1000)] + [{"id": 1, "x": 1}])
