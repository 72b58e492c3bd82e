# create_all and drop_all take tables as they were declared, and move those that others refer to
# strategies: none
from sqlalchemy import create_engine, event, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Zebra(Base):
    __tablename__ = "zebra"
    id: Mapped[int] = mapped_column(primary_key=True)
    bear_id: Mapped[int] = mapped_column(ForeignKey("bear.id"), index=True)


class Yak(Base):
    __tablename__ = "yak"
    id: Mapped[int] = mapped_column(primary_key=True)


class Bear(Base):
    __tablename__ = "bear"
    id: Mapped[int] = mapped_column(primary_key=True)
    yak_id: Mapped[int] = mapped_column(ForeignKey("yak.id"))


class Ant(Base):
    __tablename__ = "ant"
    id: Mapped[int] = mapped_column(primary_key=True)


engine = create_engine("sqlite://")


@event.listens_for(engine, "before_cursor_execute")
def note(connection, cursor, statement, parameters, context, executemany):
    print(" ", " ".join(statement.split())[:40])


def told(what, **options):
    print(what.__name__, *options)
    what(engine, **options)


metadata = Base.metadata
print([table.name for table in metadata.sorted_tables], list(metadata.tables))
told(metadata.create_all)
told(metadata.drop_all, tables=[Ant.__table__, Zebra.__table__])
told(metadata.create_all, tables=[Ant.__table__, Bear.__table__, Zebra.__table__])
told(metadata.drop_all)
told(metadata.create_all, checkfirst=False)
told(metadata.drop_all, checkfirst=False)
