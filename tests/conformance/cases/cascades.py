# children that go with their parent
# strategies: lazy, selectin, joined
from sqlalchemy import create_engine, delete, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list["Item"]] = relationship(back_populates="invoice", cascade="all, delete-orphan", order_by="Item.id")


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"))
    invoice: Mapped["Invoice"] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Invoice(id=1, items=[Item(name="a"), Item(name="b"), Item(name="c")]))
    session.add(Invoice(id=2, items=[Item(name="d")]))
    session.commit()
    invoice = session.get(Invoice, 1)
    del invoice.items[0]
    session.flush()
    invoice.items.remove(invoice.items[0])
    session.commit()
    print([item.name for item in invoice.items])
    invoice.items = [Item(name="e")]
    session.commit()
    print(session.scalars(select(Item.name).order_by(Item.id)).all())
    session.delete(session.get(Invoice, 2))
    session.commit()
    print(session.scalars(select(Item.name).order_by(Item.id)).all())
    item = Item(name="alone")
    session.add(item)
    try:
        session.flush()
    except Exception as error:
        print(type(error).__name__, error)
