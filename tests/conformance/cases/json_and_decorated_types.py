# JSON, and types of the program's own
# strategies: none
import decimal
from typing import Optional
from sqlalchemy import create_engine, insert, Integer, JSON, select, String, update
from sqlalchemy.types import TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, Session


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class JSONThing(Base):
    __tablename__ = "j"
    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[dict] = mapped_column(JSON, default=dict)
    tags: Mapped[list] = mapped_column(JSON, default=lambda: ["a"])
    maybe: Mapped[Optional[dict]] = mapped_column(JSON(none_as_null=True))


Base.metadata.create_all(engine)
with Session(engine) as s:
    t = JSONThing(data={"k": {"n": 1}})
    s.add(t)
    s.commit()
    print(t.data, t.tags, t.maybe)
    t.data["new"] = 1
    print(t in s.dirty)
    s.commit()
    print(t.data)
    t.data = {**t.data, "z": 2}
    s.commit()
    print(t.data)
    print(s.scalars(select(JSONThing.data["k"]["n"].as_integer())).all())
    print(s.scalars(select(JSONThing).where(JSONThing.data["z"].as_integer() == 2)).all() == [t])
    print(s.scalars(select(JSONThing.data["k"])).all())


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class Lower(TypeDecorator):
    impl = String
    cache_ok = True

    def process_bind_param(self, v, d):
        return v.lower() if v else v

    def process_result_value(self, v, d):
        return v and v.title()


class Money(TypeDecorator):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, v, d):
        return None if v is None else int(v * 100)

    def process_result_value(self, v, d):
        return None if v is None else decimal.Decimal(v) / 100


class T(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Lower)
    price: Mapped[Optional[decimal.Decimal]] = mapped_column(Money)


Base.metadata.create_all(engine)
with Session(engine) as s:
    t = T(name="ABC", price=decimal.Decimal("1.25"))
    s.add(t)
    s.commit()
    print(t.name, t.price)
    print(s.scalars(select(T).where(T.name == "ABC")).all() == [t], s.scalars(select(T.price).where(T.price > decimal.Decimal(1))).all())
    s.execute(update(T).values(price=decimal.Decimal("2.50")))
    print(t.price)
    s.execute(insert(T), [{"name": "X"}, {"name": "Y", "price": decimal.Decimal(3)}])
    print(s.execute(select(T.name, T.price)).all())
