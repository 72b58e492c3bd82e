# columns that the mapping defers
# strategies: none
from sqlalchemy import create_engine, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, deferred, Mapped, mapped_column, Session, undefer, undefer_group


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)
    notes: Mapped[str] = mapped_column(deferred=True, deferred_group="extra")
    source: Mapped[str] = mapped_column(deferred=True, deferred_group="extra")
    secret: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Article(title=f"T{n}", body="b" * n, notes="n", source="s", secret="x") for n in (1, 2, 3)])
    session.commit()
with Session(engine) as session:
    for article in session.scalars(select(Article).order_by(Article.id)):
        print(article.title, article.body)
        print(article.notes, article.source)
with Session(engine) as session:
    query = select(Article).options(undefer(Article.body), undefer_group("extra")).order_by(Article.id)
    for article in session.scalars(query):
        print(article.title, article.body, article.notes)
    try:
        article.secret
    except InvalidRequestError as error:
        print(error)
with Session(engine) as session:
    print([article.secret for article in session.scalars(select(Article).options(undefer("*")).order_by(Article.id))])
