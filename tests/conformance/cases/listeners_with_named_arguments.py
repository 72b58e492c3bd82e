# Listeners that get their arguments by name
# strategies: none
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def told(name):
    def listener(**arguments):
        print(name, sorted(arguments))

    return listener


session = Session(engine)
for name in ("before_flush", "after_flush", "before_commit", "do_orm_execute", "transient_to_pending"):
    event.listen(session, name, told(name), named=True)
for name in ("before_insert", "after_update", "load", "init"):
    event.listen(Note, name, told(name), named=True)
for name in ("before_cursor_execute", "commit"):
    event.listen(engine, name, told(name), named=True)


@event.listens_for(Note.text, "set", named=True)
def changed(target, value, **others):
    print("set", value, sorted(others))


session.add(Note(text="a"))
session.commit()
session.expunge_all()
note = session.scalars(select(Note)).one()
note.text = "b"
session.commit()
