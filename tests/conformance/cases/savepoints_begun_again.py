# A listener that begins a savepoint again, and the order in which transactions in one another end
# strategies: none
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def fixture(commit_twice):
    connection = engine.connect()
    trans = connection.begin()
    session = Session(bind=connection)
    session.begin_nested()

    @event.listens_for(session, "after_transaction_end")
    def restart_savepoint(session, transaction):
        print("end", transaction.nested, transaction._parent is not None)
        if transaction.nested and not transaction._parent.nested:
            session.expire_all()
            session.begin_nested()

    session.add(Author(name="a"))
    try:
        session.commit()
        print(session.in_nested_transaction(), session.in_transaction())
        if commit_twice:
            session.add(Author(name="b"))
            session.commit()
        print(session.scalars(select(Author.name)).all())
        session.rollback()
        print(session.scalars(select(Author.name)).all())
    except Exception as error:
        print(type(error), error)
    print("close")
    try:
        session.close()
    except Exception as error:
        print(type(error), error)
    try:
        trans.rollback()
    except Exception as error:
        print(type(error), error)
    connection.close()


fixture(False)
fixture(True)
with Session(engine) as session:
    print(session.scalars(select(Author.name)).all())
session = Session(engine)
for name in ("before_commit", "after_commit", "after_rollback"):
    event.listen(session, name, lambda session, name=name: print(name, session.in_nested_transaction()))
event.listen(session, "after_soft_rollback", lambda session, t: print("soft", t.origin))
event.listen(session, "after_transaction_create", lambda session, t: print("create", t.origin))
event.listen(session, "after_transaction_end", lambda session, t: print("end", t.origin))

with session.begin() as trans:
    session.add(Author(name="a"))
    one = session.begin_nested()
    two = session.begin_nested()
    session.add(Author(name="b"))
    trans.commit()
print("--")
trans = session.begin()
one = session.begin_nested()
two = session.begin_nested()
session.add(Author(name="c"))
session.flush()
one.commit()
print(session.in_nested_transaction())
three = session.begin_nested()
session.add(Author(name="d"))
session.flush()
trans.rollback()
print("--")
one = session.begin_nested()
two = session.begin_nested()
session.commit()
print("--")
one = session.begin_nested()
two = session.begin_nested()
session.rollback()
print("--")
one = session.begin_nested()
two = session.begin_nested()
session.close()
try:
    one.commit()
except Exception as error:
    print(type(error), error)
