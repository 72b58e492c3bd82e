# %% [markdown]
# # A tree
# Folders in folders: a class with a relationship to itself. Walking down asks for the children of each folder, the
# empty ones too: to learn that a folder has no children takes a statement as well.

# %% Models setup
from typing import Optional

from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

DEPTH = 3  # @param {type:"slider", min:1, max:6, step:1}


class Base(DeclarativeBase):
    pass


class Folder(Base):
    __tablename__ = "folders"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("folders.id"), index=True)
    children: Mapped[list["Folder"]] = relationship(back_populates="parent", order_by="Folder.id")
    parent: Mapped[Optional["Folder"]] = relationship(back_populates="children", remote_side=[id])


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

# Three children each: folder n holds 3n - 1, 3n and 3n + 1.
count = sum(3**level for level in range(DEPTH + 1))

with Session(engine) as session:
    session.execute(
        insert(Folder),
        [{"id": n, "name": f"folder {n}", "parent_id": (n + 1) // 3 if n > 1 else None} for n in range(1, count + 1)],
    )
    session.commit()


def size(folder):
    return 1 + sum(size(child) for child in folder.children)


# %% Walking down budget=5
with Session(engine) as session:
    root = session.scalars(select(Folder).where(Folder.parent_id.is_(None))).unique().one()
    print(root.name, "holds", size(root), "folders")

# %% Two levels at once budget=3
with Session(engine) as session:
    two_levels = selectinload(Folder.children).selectinload(Folder.children)
    query = select(Folder).where(Folder.parent_id.is_(None)).options(two_levels)
    root = session.scalars(query).one()
    names = [grandchild.name for child in root.children for grandchild in child.children]
    print(len(names), "grandchildren, from", names[0], "to", names[-1])

# %% Walking up budget=4
with Session(engine) as session:
    folder = session.get(Folder, count)
    path = [folder.name]
    while folder.parent is not None:
        folder = folder.parent
        path.append(folder.name)
    print(" < ".join(path))

# %% [markdown]
# ## What to look for
# - The first walk takes one statement for each folder. Raise `DEPTH` by one and it takes three times as many.
# - The statements come from one line at every depth: it is one loop, written as a function that calls itself.
# - Walking up asks for each parent by its key, one after the other: a small N+1 of its own, and no option helps, as
#   nobody knows the way beforehand. The root has no parent, and SQLAlchemy knows that without asking.

# %% [markdown] check
# A tree of 40 folders, 27 of them without children. How many statements does the walk down take, the first included?
# - [ ] 14: that would be so if an empty list were known to be empty
# - [ ] 40: one for each folder's children; the query for the root comes before them
# - [x] 41: one for the root, and one for each of the 40 folders, empty or not
