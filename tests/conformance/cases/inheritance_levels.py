# Three levels of classes, and keys of other names
# strategies: none
from typing import Optional
from sqlalchemy import ForeignKey, create_engine, select, func, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload, joinedload, subqueryload, aliased, deferred
class Base(DeclarativeBase):
    pass
class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("folder.id"))
    parent: Mapped[Optional["Folder"]] = relationship(back_populates="children", foreign_keys=[parent_id])
    tags: Mapped[list["Tag"]] = relationship(back_populates="node", cascade="all, delete-orphan")
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "node"}
    def __repr__(self):
        return f"{type(self).__name__}({self.title!r})"
class Folder(Node):
    __tablename__ = "folder"
    id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True)
    color: Mapped[Optional[str]]
    children: Mapped[list["Node"]] = relationship(back_populates="parent", foreign_keys=[Node.parent_id], order_by=Node.id)
    __mapper_args__ = {"polymorphic_identity": "folder", "inherit_condition": id == Node.id}
class File(Node):
    __tablename__ = "file"
    id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True)
    size: Mapped[int] = mapped_column(default=0, deferred=True)
    __mapper_args__ = {"polymorphic_identity": "file"}
class Picture(File):
    __tablename__ = "picture"
    id: Mapped[int] = mapped_column(ForeignKey("file.id"), primary_key=True)
    width: Mapped[Optional[int]]
    __mapper_args__ = {"polymorphic_identity": "picture"}
class Photo(Picture):
    camera: Mapped[Optional[str]] = mapped_column(deferred=True)
    __mapper_args__ = {"polymorphic_identity": "photo"}
class Sheet(Node):
    __tablename__ = "sheet"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True)
    rows: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "sheet"}
class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    node_id: Mapped[int] = mapped_column(ForeignKey("node.id"))
    node: Mapped["Node"] = relationship(back_populates="tags")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    root = Folder(title="root", color="red")
    pics = Folder(title="pics", parent=root)
    s.add_all([root, pics, File(title="a.txt", size=3, parent=root), Picture(title="p.png", width=10, parent=pics, tags=[Tag(text="x"), Tag(text="y")]),
               Photo(title="q.jpg", width=20, camera="cam", parent=pics)])
    s.commit()
    sheet = Sheet(title="s", rows=4)
    s.add(sheet)
    s.commit()
    print(pics.id, sheet.id, sheet.sheet_id, sheet.rows)
    sheet.rows = 5
    s.commit()
    s.delete(sheet)
    s.commit()
with Session(engine) as s:
    root = s.scalars(select(Folder).where(Folder.parent == None)).one()
    for child in root.children:
        print(child, child.parent is root)
        for inner in getattr(child, "children", []):
            print("  ", inner, inner.size, inner.width, [t.text for t in inner.tags])
with Session(engine) as s:
    for f in s.scalars(select(File).order_by(File.id)):
        print(f, f.size)
        if type(f) is Picture:
            print(f.width)
    print(s.scalars(select(Photo)).all(), s.scalars(select(Photo.camera)).all(), s.scalars(select(Picture.title).order_by(Picture.id)).all())
for option in (selectinload, joinedload, subqueryload):
    with Session(engine) as s:
        for f in s.scalars(select(Folder).options(option(Folder.children)).order_by(Folder.id)).unique():
            print(f, f.children)
    with Session(engine) as s:
        for f in s.scalars(select(Node).options(option(Node.tags)).order_by(Node.id)).unique():
            print(f, len(f.tags))
    with Session(engine) as s:
        for f in s.scalars(select(Picture).options(option(Picture.tags), option(Picture.parent)).order_by(Picture.id)).unique():
            print(f, len(f.tags), f.parent)
with Session(engine) as s:
    p = s.get(Picture, 4)
    p.title, p.width = "P.png", 11
    s.commit()
    p.width = 12
    s.commit()
    p.size = 5
    s.commit()
    print(p.title, p.width, p.size, p.kind)
    ph = s.get(Node, 5)
    print(ph.camera)
    s.delete(ph)
    s.delete(p)
    s.commit()
    print(s.scalar(select(func.count()).select_from(Node)), s.scalars(select(Tag)).all())
    s.expire_all()
    f = s.get(File, 3)
    print(f.size, f.parent.color)
