# Autoflush before what loads along
# strategies: none
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload, immediateload
class Base(DeclarativeBase):
    pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bs: Mapped[list["B"]] = relationship(back_populates="a")
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    a: Mapped[A] = relationship(back_populates="bs")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([A(name=f"n{i}", bs=[B()]) for i in range(4)])
    session.commit()
for option in (selectinload, immediateload):
    with Session(engine) as session:
        for a in session.scalars(select(A).options(option(A.bs)).execution_options(yield_per=2)):
            print(a.id, len(a.bs))
            a.name = "changed"
        session.rollback()
    with Session(engine) as session:
        for b in session.scalars(select(B).options(option(B.a)).execution_options(yield_per=2)):
            print(b.id, b.a.name)
            b.a.name = "changed"
        session.rollback()
