# Savepoints of connections, one in another, ended in and out of order
# strategies: none
import warnings

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, func, insert, select

warnings.simplefilter("always")
metadata = MetaData()
thing = Table("thing", metadata, Column("id", Integer, primary_key=True))
engine = create_engine("sqlite://")
metadata.create_all(engine)


def attempt(what):
    try:
        return what()
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def count(connection):
    return attempt(lambda: connection.execute(select(func.count()).select_from(thing)).scalar())


def add(connection):
    return attempt(lambda: connection.execute(insert(thing)).rowcount)


# %% In order
with engine.connect() as connection:
    with connection.begin_nested() as outer:
        add(connection)
        with connection.begin_nested() as inner:
            add(connection)
            print(connection.get_nested_transaction() is inner)
        print(connection.in_nested_transaction(), connection.get_nested_transaction() is outer)
        try:
            with connection.begin_nested():
                add(connection)
                raise ValueError
        except ValueError:
            print(count(connection), connection.get_nested_transaction() is outer)
        outer.rollback()
        print(add(connection))
    print(connection.in_nested_transaction(), connection.in_transaction(), count(connection))

# %% The outer one first
with engine.connect() as connection:
    outer, inner = connection.begin_nested(), connection.begin_nested()
    add(connection)
    outer.rollback()
    print(outer.is_active, inner.is_active, connection.get_nested_transaction() is inner, count(connection))
    print(attempt(inner.commit))
    print(inner.is_active, connection.in_nested_transaction(), count(connection))
    inner.rollback()
    print(connection.get_nested_transaction() is outer, count(connection))
    connection.rollback()
    print(connection.in_transaction(), count(connection))
with engine.connect() as connection:
    outer, inner = connection.begin_nested(), connection.begin_nested()
    add(connection)
    outer.commit()
    print(outer.is_active, inner.is_active, count(connection))
    print(attempt(inner.rollback), attempt(outer.commit), attempt(outer.rollback), count(connection))

# %% All of them with the transaction around
with engine.connect() as connection:
    outer, inner, root = connection.begin_nested(), connection.begin_nested(), connection.get_transaction()
    add(connection)
    connection.commit()
    print(outer.is_active, inner.is_active, root.is_active, connection.in_nested_transaction(), connection.in_transaction())
    print(attempt(inner.commit), attempt(root.commit), attempt(root.rollback), attempt(inner.rollback))
    print(count(connection))

# %% Nothing follows in a block whose transaction has ended
with engine.begin() as connection:
    add(connection)
    connection.rollback()
    print(count(connection), attempt(connection.begin), attempt(connection.begin_nested))
with engine.connect() as connection:
    with connection.begin() as root:
        root.commit()
        print(count(connection))
    print(count(connection), attempt(connection.begin))
print(attempt(connection.begin), count(connection))
