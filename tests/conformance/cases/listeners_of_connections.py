# Listeners of one connection, of a pool and of an engine's options
# strategies: none
from sqlalchemy import ForeignKey, create_engine, literal, select, text
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import Pool


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="n")
    books: Mapped[list["Book"]] = relationship(back_populates="author", cascade="all, delete-orphan")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    session.add_all([Author(name="a", books=[Book(title="x"), Book(title="y")]), Author(name="b")])
    session.commit()
connection = engine.connect()
@event.listens_for(connection, "before_cursor_execute")
def before(conn, cursor, statement, parameters, context, executemany):
    print("before", conn is connection, statement, parameters)
@event.listens_for(connection, "begin")
def begin(conn):
    print("begin", conn is connection)
@event.listens_for(connection, "commit")
def commit(conn):
    print("commit")
@event.listens_for(engine, "before_cursor_execute")
def before_engine(conn, cursor, statement, parameters, context, executemany):
    print("engine before", statement)
with engine.connect() as other:
    other.execute(select(Author.name)).all()
print(connection.execute(select(Author.name)).all())
connection.commit()
with Session(bind=connection) as session:
    a = session.scalars(select(Author)).first()
    print(a.books[0].title)
    a.name = "c"
    session.commit()
print(event.contains(connection, "before_cursor_execute", before))
event.remove(connection, "before_cursor_execute", before)
connection.execute(select(Author.name)).all()
connection.rollback()
connection.close()
with Session(engine) as session:
    conn = session.connection()
    print(conn is session.connection())
    event.listen(conn, "before_cursor_execute", lambda *args: print("session's", args[0] is conn, args[2]))
    session.scalars(select(Author)).first().name = "z"
    session.commit()
    session.scalars(select(Author)).first()
tried(lambda: event.listen(conn, "connect", print))
tried(lambda: event.listen(conn, "nothing", print))
made = create_engine("sqlite://")
for name in ("connect", "first_connect", "checkout", "checkin", "reset", "invalidate"):
    event.listen(made, name, lambda *args, name=name: print(name, len(args)))
with made.connect() as conn:
    print(conn.scalar(select(literal(1))))
with made.connect() as conn:
    print(conn.scalar(select(literal(1))))
made.dispose()
made = create_engine("sqlite://")
for name in ("connect", "first_connect", "checkout", "checkin"):
    event.listen(made.pool, name, lambda *args, name=name: print(name, len(args)))
with made.connect() as conn:
    print(conn.scalar(select(literal(1))))
event.listen(Pool, "connect", lambda *args: print("pool connect"))
event.listen(Engine, "connect", lambda *args: print("engine connect"))
made = create_engine("sqlite://")
@event.listens_for(made, "connect")
def pragma(dbapi_connection, record):
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
@event.listens_for(made, "begin")
def do_begin(conn):
    conn.exec_driver_sql("BEGIN")
with made.begin() as conn:
    print(conn.scalar(text("PRAGMA foreign_keys")))
@event.listens_for(made, "engine_connect")
def ping(conn):
    print("engine_connect", type(conn).__name__)
@event.listens_for(made, "set_connection_execution_options")
def sets(conn, opts):
    print("options", opts)
@event.listens_for(made, "engine_disposed")
def disposed(engine):
    print("disposed")
with made.connect() as conn:
    conn = conn.execution_options(stream_results=True)
made.dispose()
auto = engine.execution_options(stream_results=True)
print(auto.get_execution_options(), engine.get_execution_options(), auto is engine, auto.url == engine.url)


@event.listens_for(auto, "before_cursor_execute")
def before_auto(conn, cursor, statement, parameters, context, executemany):
    print("auto", statement, "stream_results" in context.execution_options)


with auto.connect() as conn:
    conn.execute(select(Author.name)).all()
with engine.connect() as conn:
    conn.execute(select(Author.name)).all()
with Session(auto) as session:
    session.scalars(select(Author)).first()
