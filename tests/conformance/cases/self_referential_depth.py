# a tree that is loaded to a depth, by mapping and by option
# strategies: none
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload, Session


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "nodes"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("nodes.id"))
    children: Mapped[list["Node"]] = relationship(back_populates="parent", order_by="Node.id", lazy="joined", join_depth=2)
    parent: Mapped[Optional["Node"]] = relationship(back_populates="children", remote_side=[id])


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Node), [
        {"id": n, "name": f"node {n}", "parent_id": n // 2} if n > 1 else {"id": 1, "name": "root", "parent_id": None}
        for n in range(1, 16)
    ])
    session.commit()


with Session(engine) as session:
    root = session.scalars(select(Node).where(Node.id == 1)).unique().one()
    print([[len(grandchild.children) for grandchild in child.children] for child in root.children])
for depth in (1, 2, -1):
    with Session(engine) as session:
        query = select(Node).options(selectinload(Node.children, recursion_depth=depth)).where(Node.id == 1)
        root = session.scalars(query).unique().one()
        print([[len(grandchild.children) for grandchild in child.children] for child in root.children])
