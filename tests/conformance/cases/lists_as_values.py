# Lists as values of JSON columns, and collections that show themselves
# strategies: none
from sqlalchemy import JSON, ForeignKey, Integer, cast, create_engine, insert, select, type_coerce, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "document"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    tags: Mapped[list] = mapped_column(JSON)
    pages: Mapped[list["Page"]] = relationship(back_populates="document")

    def __repr__(self):
        return f"Document({self.pages})"


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    document: Mapped[Document | None] = relationship(back_populates="pages")
    notes: Mapped[set["Note"]] = relationship(back_populates="page")

    def __repr__(self):
        return f"Page({self.document!r})"


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    page: Mapped[Page | None] = relationship(back_populates="notes")

    def __repr__(self):
        return f"Note({self.page and self.page.notes})"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Document).values(id=1, tags=["a"]))
    session.execute(insert(Document).values([{"id": 2, "tags": ["b", 2]}, {"id": 3, "tags": []}]))
    session.execute(update(Document).where(Document.tags == ["a"]).values(tags=["n"]))
    session.execute(update(Document).where(Document.id == 3).values({Document.tags: ["n", {"m": 1}]}))
    session.query(Document).filter(Document.id == 2).update({"tags": [[]]})
    print(session.scalars(select(Document.tags).order_by(Document.id)).all())
    print(session.scalar(select(type_coerce([1, 2], JSON))), session.scalar(select(cast({"k": [1]}, JSON))))

document = Document(pages=[Page(), Page()])
print(document)
page = Page(notes={Note()})
print(page.notes)
for wrong in (
    lambda: document.pages.count(),
    lambda: document.pages.append(),
    lambda: document.pages.insert(1),
    lambda: document.pages.copy(1),
    lambda: document.pages.sort(1),
    lambda: document.pages["a"],
    lambda: document.pages > 1,
    lambda: document.pages.index(1),
):
    try:
        wrong()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
