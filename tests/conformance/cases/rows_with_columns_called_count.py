# Rows whose columns are called like methods of a tuple, and what else results answer with
# strategies: none
from sqlalchemy import FrozenResult, create_engine, exc, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    index: Mapped[int]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Page(name=name, index=place) for place, name in enumerate("aab")])
    session.commit()
    query = select(Page.name, func.count().label("count")).group_by(Page.name).order_by(Page.name)
    for row in session.execute(query):
        print(row.name, row.count, row[1], row._mapping["count"], row.index("a") if row.name == "a" else None)
    row = session.execute(select(Page.index, Page.index)).first()
    print(row.index, row.count(0), row._fields)
    with engine.connect() as connection:
        print(connection.execute(query).first().count, connection.execute(select(Page.id)).first().count(1))
    frozen = session.execute(select(Page.id)).freeze()
    print(isinstance(frozen, FrozenResult), frozen().all(), frozen().all())

    def attempt(function):
        try:
            print(function())
        except (exc.SQLAlchemyError, KeyError) as error:
            print(type(error).__name__, str(error))

    attempt(lambda: session.execute(select(Page.id)).scalars("nope").all())
    attempt(lambda: session.execute(select(Page.id)).scalars("id").all())
    attempt(lambda: session.execute(select(Page), [1]).all())
    attempt(lambda: session.get(aliased(Page, name="p"), 1))
    page = session.get(Page, 1)
    del page.name
    attempt(session.flush)
    session.rollback()
    print(Session.object_session(page) is session, Session.identity_key(Page, 2), Session.identity_key(instance=page))
