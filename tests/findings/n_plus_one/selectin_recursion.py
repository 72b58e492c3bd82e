# %% Chain setup
from typing import Optional
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
class Base(DeclarativeBase):
    pass
class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"), index=True)
    children: Mapped[list["Node"]] = relationship()
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Node), [{"id": n, "parent_id": n - 1 if n > 1 else None} for n in range(1, 7)])
    session.commit()
# %% Levels
with Session(engine) as session:
    node = session.scalars(select(Node).where(Node.id == 1).options(selectinload(Node.children, recursion_depth=-1))).one()
    depth = 0
    while node.children:
        node = node.children[0]
        depth += 1
    print(depth)
