# selectin takes 500 keys at a time
# strategies: none
from sqlalchemy import create_engine, ForeignKey, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload, Session


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)
    children: Mapped[list["Child"]] = relationship(order_by="Child.id")


class Child(Base):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Parent), [{"id": n} for n in range(1, 1203)])
    session.execute(insert(Child), [{"parent_id": n} for n in range(1, 1203, 400)])
    session.commit()
with Session(engine) as session:
    parents = session.scalars(select(Parent).options(selectinload(Parent.children)).order_by(Parent.id)).all()
    print(len(parents), sum(len(parent.children) for parent in parents))
