# What reads a result in parts that is to be told apart, and when each way of reading is refused
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *
class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    boxes: Mapped[list["Box"]] = relationship(back_populates="shelf")
class Box(Base):
    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="boxes")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
def tried(what, action):
    try:
        print(what, action())
    except Exception as error:
        print(what, type(error).__name__, error)
with Session(engine) as session:
    session.add_all([Shelf(boxes=[Box(), Box()]), Shelf(), Shelf(), Shelf(boxes=[Box()])])
    session.commit()
    parts = select(Shelf).options(immediateload(Shelf.boxes)).execution_options(yield_per=2)
    r = lambda: session.scalars(parts).unique()
    rows = lambda: session.execute(parts).unique()
    for name in "first one one_or_none all fetchall fetchmany fetchone partitions scalars scalar scalar_one scalar_one_or_none".split():
        for made in (r, rows):
            tried(name, lambda: (lambda got: got if isinstance(got, (type(None), int)) else type(got).__name__)(getattr(made(), name)()))
            session.expunge_all()
    tried("next part", lambda: next(r().partitions()))
    tried("next", lambda: next(r()))
    tried("iter", lambda: iter(r()))
    tried("two", lambda: r().fetchmany(2))
