# What random programs found: deletes in a circle, and a warning that comes once
# strategies: none
from typing import Optional
from sqlalchemy import Column, ForeignKey, Table, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
class Base(DeclarativeBase):
    pass
link = Table("link", Base.metadata, Column("tag_id", ForeignKey("tag.id")), Column("node_id", ForeignKey("node.id")))
class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))
    tags: Mapped[list["Tag"]] = relationship(secondary=link)
    children: Mapped[list["Node"]] = relationship(cascade="all, delete-orphan")
class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Node(id=1), Node(id=2, parent_id=1, tags=[Tag()])])
    session.commit()
with Session(engine) as session:
    one = session.get(Node, 1)
    one.parent_id = 2
    one.children.remove(one.children[0])
    try:
        session.commit()
    except Exception as error:
        print(type(error).__name__)
class Hall(DeclarativeBase):
    pass
class Seat(Hall):
    __tablename__ = "seat"
    row: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
hall = create_engine("sqlite://")
Hall.metadata.create_all(hall)
for row in "AB":
    with Session(hall) as session:
        session.add(Seat(row=row))
        try:
            session.commit()
        except Exception as error:
            print(type(error).__name__)
