# a tree, down and up
# strategies: selectin, joined, subquery, immediate
from typing import Optional
from sqlalchemy import create_engine, ForeignKey, insert, select
from sqlalchemy.orm import aliased, DeclarativeBase, joinedload, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "nodes"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("nodes.id"))
    children: Mapped[list["Node"]] = relationship(back_populates="parent", order_by="Node.id")
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
    root = session.scalars(select(Node).where(Node.parent_id == None)).unique().one()

    def walk(node, depth=0):
        print("  " * depth + node.name)
        for child in node.children:
            walk(child, depth + 1)

    walk(root)
with Session(engine) as session:
    node = session.get(Node, 15)
    while node:
        print(node.name)
        node = node.parent
with Session(engine) as session:
    query = select(Node).options(joinedload(Node.children).joinedload(Node.children)).where(Node.id == 1)
    root = session.scalars(query).unique().one()
    print([[grandchild.id for grandchild in child.children] for child in root.children])
with Session(engine) as session:
    other = aliased(Node)
    print(session.execute(select(Node.name, other.name).join(Node.parent.of_type(other)).where(Node.id < 4).order_by(Node.id)).all())
