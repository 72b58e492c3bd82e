# Isolation levels of engines, connections and sessions
# strategies: none
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
auto = engine.execution_options(isolation_level="AUTOCOMMIT")
with auto.connect() as connection:
    connection.execute(text("INSERT INTO author (name) VALUES ('a')"))
    connection.rollback()
    print(connection.get_isolation_level(), connection.default_isolation_level)
with engine.connect() as connection:
    print(connection.get_isolation_level())
    print(connection.execute(select(Author.name)).all())
    connection.execute(text("INSERT INTO author (name) VALUES ('b')"))
    tried(lambda: connection.execution_options(isolation_level="AUTOCOMMIT"))
    connection.rollback()
    print(connection.execute(select(Author.name)).all())
    connection.commit()
    tried(lambda: connection.execution_options(isolation_level="NOTHING"))
    connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.execute(text("INSERT INTO author (name) VALUES ('c')"))
    connection.rollback()
with Session(auto) as session:
    session.add(Author(name="d"))
    session.flush()
    session.rollback()
    print(session.scalars(select(Author.name)).all())
with Session(engine) as session:
    session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    session.add(Author(name="e"))
    session.flush()
    session.rollback()
    print(session.scalars(select(Author.name)).all())
    session.add(Author(name="f"))
    session.flush()
    session.rollback()
    print(session.scalars(select(Author.name)).all())
tried(lambda: select(Author).execution_options(isolation_level="AUTOCOMMIT"))
made = create_engine("sqlite://", isolation_level="AUTOCOMMIT")
Base.metadata.create_all(made)
with Session(made) as session:
    session.add(Author(name="d"))
    session.flush()
    session.rollback()
    print(session.scalars(select(Author.name)).all())
    print(session.connection().get_isolation_level(), session.connection().default_isolation_level)
made = create_engine("sqlite://", isolation_level="SERIALIZABLE")
with made.connect() as connection:
    print(connection.get_isolation_level(), made.get_execution_options())
made = create_engine("sqlite://", isolation_level="OTHER")
tried(lambda: made.connect())
made = create_engine("sqlite://", execution_options={"isolation_level": "AUTOCOMMIT"})
with made.connect() as connection:
    print(connection.get_isolation_level(), made.get_execution_options())
made = create_engine("sqlite://")


@event.listens_for(made, "connect")
def no_begin(dbapi_connection, record):
    dbapi_connection.isolation_level = None


@event.listens_for(made, "begin")
def begin(conn):
    conn.exec_driver_sql("BEGIN")


Base.metadata.create_all(made)
with Session(made) as session:
    session.add(Author(name="d"))
    session.flush()
    session.rollback()
    print(session.scalars(select(Author.name)).all())
