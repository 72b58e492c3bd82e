# Expressions among the fields of mapped dataclasses
# strategies: none
from sqlalchemy import create_engine, select, literal
from sqlalchemy.orm import *


class Base(MappedAsDataclass, DeclarativeBase): ...


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    paid: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[int | None] = query_expression()
    label: Mapped[str] = column_property(literal("x"), repr=False)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(Invoice())
    s.commit()
    print(Invoice(True))
    print(s.scalars(select(Invoice).options(with_expression(Invoice.extra, Invoice.id * 10))).one())
