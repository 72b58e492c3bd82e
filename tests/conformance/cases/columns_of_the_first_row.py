# Several rows in one VALUES have the columns of the first
# strategies: none
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(default="a")
    width: Mapped[int | None]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    print(session.execute(insert(Shelf).values([{"width": 5}, {"width": 6, "id": 9}])).rowcount)
    print(session.execute(insert(Shelf).values([{"width": 7}, {"id": 8, "width": 8}]).returning(Shelf.id)).all())
    try:
        session.execute(insert(Shelf).values([{"width": 7, "id": 20}, {"width": 8}]))
    except Exception as error:
        print(type(error).__name__, error)
    print(session.execute(select(Shelf.id, Shelf.label, Shelf.width)).all())
