# What listeners know of the connection that executes
# strategies: none
from sqlalchemy import create_engine, event, select, text, literal
from sqlalchemy.orm import Session

engine = create_engine("sqlite://")
seen = []


@event.listens_for(engine, "before_cursor_execute")
def before(connection, cursor, statement, parameters, context, executemany):
    connection.info.setdefault("running", []).append(statement)


@event.listens_for(engine, "after_cursor_execute")
def after(connection, cursor, statement, parameters, context, executemany):
    print("ran", connection.info["running"].pop(-1), connection is seen[-1], sorted(context.execution_options.items()))


seen.append(None)
with engine.connect() as connection:
    seen.append(connection)
    connection.execute(text("select 1"))
    connection.execute(select(literal(2)).execution_options(mine="of the statement"), execution_options={"more": 1})
    connection.execution_options(mine="of the connection")
    print(connection.scalar(select(literal(3)), execution_options={"told": True}))
    print(connection.scalars(select(literal(4)).execution_options(mine="of the statement")).all())
    connection.exec_driver_sql("select 5", execution_options={"raw": True})
    connection.info["left"] = "here"
    parts = connection.execute(text("select 1 union select 2 union select 3"), execution_options={"yield_per": 2})
    print([len(part) for part in parts.partitions()])
with engine.connect() as connection:
    print(connection.info["left"], dict(connection.get_execution_options()))
with Session(engine) as session:
    print(session.scalar(select(literal(6))))
