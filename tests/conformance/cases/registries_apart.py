# Bases that are configured and let go of one by one
# strategies: none
from sqlalchemy import create_engine, exc, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, clear_mappers, configure_mappers, mapped_column, relationship


class One(DeclarativeBase):
    pass


class Two(DeclarativeBase):
    pass


class Broken(One):
    __tablename__ = "broken"
    id: Mapped[int] = mapped_column(primary_key=True)
    others: Mapped[list["Nowhere"]] = relationship()


class Whole(Two):
    __tablename__ = "whole"
    id: Mapped[int] = mapped_column(primary_key=True)


def attempt(function):
    try:
        print(function())
    except (exc.SQLAlchemyError, TypeError, AttributeError) as error:
        print(type(error).__name__, error)


attempt(lambda: Whole(id=1).id)
attempt(Broken)
attempt(Broken)
attempt(lambda: Whole(id=2).id)
attempt(configure_mappers)
attempt(One.registry.configure)
attempt(Two.registry.configure)
print([mapper.class_.__name__ for mapper in One.registry.mappers], Two.registry.metadata is Two.metadata)
One.registry.dispose()
attempt(configure_mappers)
print(One.registry.mappers, sorted(One.metadata.tables))
attempt(lambda: inspect(Broken))
attempt(lambda: Broken.id)
attempt(lambda: Broken.__mapper__)
attempt(lambda: Broken(id=1))

engine = create_engine("sqlite://")
Two.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Whole(id=3))
    session.commit()
    print(session.scalars(select(Whole.id)).all())
clear_mappers()
attempt(lambda: Whole.id)
print(Two.registry.mappers)


class Whole(Two):
    __table__ = Two.metadata.tables["whole"]


with Session(engine) as session:
    print([whole.id for whole in session.scalars(select(Whole))])

try:

    class Whole(Two):
        __tablename__ = "whole"
        id: Mapped[int] = mapped_column(primary_key=True)

except exc.InvalidRequestError as error:
    print(error)
