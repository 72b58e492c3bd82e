# Results one after the other, results told apart in parts, and DELETE that names two tables
# strategies: none
from sqlalchemy import create_engine, delete, ForeignKey, select, update
from sqlalchemy.orm import column_property, DeclarativeBase, immediateload, Mapped, mapped_column
from sqlalchemy.orm import class_mapper, query_expression, registry, relationship, Session, with_expression
from sqlalchemy import Column, Integer, literal, String, Table


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    size: Mapped[int | None] = query_expression(default_expr=literal(0))
    half: Mapped[int | None] = query_expression()
    boxes: Mapped[list["Box"]] = relationship(back_populates="shelf")


class Box(Base):
    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="boxes")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)


def tried(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


with Session(engine) as session:
    session.add_all([Shelf(code="A", boxes=[Box(), Box()]), Shelf(code="B")])
    session.commit()
    codes = select(Shelf.code).order_by(Shelf.id)
    first = session.execute(codes)
    print(first.fetchone())
    merged = first.merge(session.execute(codes.limit(1)), session.execute(codes))
    print(type(merged).__name__, merged.keys(), merged.all())
    shelves = session.execute(select(Shelf)).merge(session.execute(select(Shelf)))
    print([shelf.code for shelf in shelves.unique().scalars()])

    parts = select(Shelf).options(immediateload(Shelf.boxes)).execution_options(yield_per=2)
    tried(lambda: iter(session.scalars(parts).unique()))
    tried(lambda: session.scalars(parts).unique().all())

    for how in ("auto", "fetch", "evaluate", False):
        options = {"synchronize_session": how}
        tried(lambda: session.execute(delete(Box).where(Box.shelf_id == Shelf.id), execution_options=options).rowcount)
        tried(
            lambda: session.execute(
                update(Box).where(Box.shelf_id == Shelf.id).values(shelf_id=Shelf.id), execution_options=options
            ).rowcount
        )

    shelf = session.get(Shelf, 1)
    print(shelf.size, shelf.half)
    session.expire(shelf)
    print(shelf.size, shelf.code, shelf.size)
    session.refresh(shelf)
    print(shelf.size)
    sized = select(Shelf).options(with_expression(Shelf.size, Shelf.id * 2))
    print([(one.size, one.half) for one in session.scalars(sized)])
    session.expunge_all()
    print([(one.size, one.half) for one in session.scalars(sized)])

plain = registry()
customer = Table("customer", plain.metadata, Column("cust_id", Integer, primary_key=True), Column("cust_name", String))


class Customer:
    pass


names = {"id": customer.c.cust_id, "name": customer.c.cust_name, "next": column_property(customer.c.cust_id + 1)}
mapper = plain.map_imperatively(Customer, customer, properties=names)
print(class_mapper(Customer).columns.keys(), mapper.c.name, mapper.columns["id"] is customer.c.cust_id)
print([str(column) for column in mapper.columns])
