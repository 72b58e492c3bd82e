# by which names a row knows what has none of its own
# strategies: none
from sqlalchemy import case, cast, create_engine, func, insert, literal, select, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


class Bee(Base):
    __tablename__ = "bees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Bee), [{"id": 1, "name": "Maya"}])
    count = select(func.count(Bee.id)).scalar_subquery()
    for query in (
        select(Bee.id, count),
        select(Bee.id, Bee.id + 1, Bee.id + 2),
        select(case((Bee.id > 1, "many"), else_="one")),
        select(Bee.id, Bee.id),
        select(func.count(Bee.id), func.count(Bee.id), Bee.id.label("key")),
        select(func.count()),
        select(func.count(), func.count()),
        select(literal(1)),
        select(cast(Bee.id, String)),
        select(Bee.__table__.c.id + 1),
    ):
        print([dict(row) for row in session.execute(query).mappings()])
    print(session.execute(insert(Bee).values(id=7, name="Willi").returning(Bee.id, Bee.id + 1)).mappings().all())
