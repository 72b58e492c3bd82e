# columns of a few words, by `Literal`
# strategies: none
from typing import Literal, Optional

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

State = Literal["draft", "sent", "paid"]


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(default="draft")
    by: Mapped[Optional[Literal["post", "mail"]]]


print(repr(Invoice.__table__.c.state.type), Invoice.__table__.c.by.nullable)
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Invoice(), Invoice(state="paid", by="mail")])
    session.commit()
    print([(invoice.state, invoice.by) for invoice in session.scalars(select(Invoice).order_by(Invoice.id))])
    print(session.scalars(select(Invoice.id).where(Invoice.state == "paid")).all())
    session.add(Invoice(state="lost"))
    try:
        session.commit()
    except Exception as error:
        print(type(error).__name__, str(error).partition("\n")[0])
