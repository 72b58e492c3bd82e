# INSERT, UPDATE and DELETE of classes, as their documentation has them
# strategies: none
import datetime
from typing import Optional
from sqlalchemy import (
    bindparam,
    create_engine,
    delete,
    ForeignKey,
    func,
    insert,
    select,
    String,
    update,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_upsert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    fullname: Mapped[Optional[str]]
    species: Mapped[Optional[str]]
    addresses: Mapped[list["Address"]] = relationship(back_populates="user")

    def __repr__(self):
        return f"User(name={self.name!r}, fullname={self.fullname!r})"


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    email_address: Mapped[Optional[str]]
    user: Mapped["User"] = relationship(back_populates="addresses")


class LogRecord(Base):
    __tablename__ = "log_record"
    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[str]
    code: Mapped[str]
    timestamp: Mapped[Optional[datetime.datetime]]


Base.metadata.create_all(engine)
session = Session(engine)
session.execute(insert(User), [{"name": "spongebob", "fullname": "Spongebob Squarepants"}, {"name": "sandy", "fullname": "Sandy Cheeks", "species": "Squirrel"}, {"name": "patrick", "species": "Starfish"}, {"name": "squidward", "fullname": "Squidward Tentacles", "species": "Squid"}, {"name": "ehkrabs", "fullname": "Eugene H. Krabs", "species": "Crab"}])
users = session.scalars(insert(User).returning(User), [{"name": "a", "fullname": "A"}, {"name": "b", "species": "x"}, {"name": "c", "fullname": "C", "species": "y"}])
print(users.all())
session.execute(insert(User).execution_options(render_nulls=True), [{"name": "n1", "fullname": None, "species": "s"}, {"name": "n2", "fullname": "F", "species": None}])
session.execute(insert(User), [{"name": "n1", "fullname": None, "species": "s"}, {"name": "n2", "fullname": "F", "species": None}])
result = session.scalars(insert(LogRecord).returning(LogRecord).values(code="SQLA"), [{"message": "m1"}, {"message": "m2"}, {"message": "m3"}])
print([(r.message, r.code) for r in result])
result = session.scalars(insert(LogRecord).values(message="plain", code=func.upper("abc")).returning(LogRecord.code))
print(result.all())
session.execute(insert(LogRecord).values(code=func.lower("ABC")), [{"message": "z1"}, {"message": "z2"}])
result = session.scalars(insert(Address).values([{"user_id": select(User.id).where(User.name == "sandy").scalar_subquery(), "email_address": "sandy@company.com"}, {"user_id": select(User.id).where(User.name == "spongebob").scalar_subquery(), "email_address": "spongebob@company.com"}]).returning(Address))
print([a.email_address for a in result.all()])
session.commit()


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    fullname: Mapped[Optional[str]]
    species: Mapped[Optional[str]]

    def __repr__(self):
        return f"User(name={self.name!r}, fullname={self.fullname!r})"


Base.metadata.create_all(engine)
session = Session(engine)
session.add_all([User(name="spongebob", fullname="x"), User(name="sandy")])
session.commit()
known = session.scalars(select(User)).all()
stmt = sqlite_upsert(User).values([{"name": "spongebob", "fullname": "Spongebob Squarepants"}, {"name": "sandy", "fullname": "Sandy Cheeks"}, {"name": "patrick", "fullname": "Patrick Star"}])
stmt = stmt.on_conflict_do_update(index_elements=[User.name], set_=dict(fullname=stmt.excluded.fullname))
session.execute(stmt)
print(known)
stmt = stmt.returning(User)
for u in session.scalars(stmt, execution_options={"populate_existing": True}):
    print(u)
stmt = select(User).from_statement(stmt).execution_options(populate_existing=True)
for u in session.scalars(stmt).all():
    print("!", u)
s2 = sqlite_upsert(User).values(name="sandy").on_conflict_do_nothing(index_elements=["name"])
print(session.execute(s2).rowcount)
s3 = sqlite_upsert(User).on_conflict_do_update(index_elements=["name"], set_={"species": "up"}, where=User.id > 1)
session.execute(s3, [{"name": "sandy"}, {"name": "zz"}])
print(session.execute(select(User.name, User.species)).all())


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    fullname: Mapped[Optional[str]]
    species: Mapped[Optional[str]]
    addresses: Mapped[list["Address"]] = relationship(back_populates="user")

    def __repr__(self):
        return f"User(name={self.name!r}, fullname={self.fullname!r})"


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    email_address: Mapped[Optional[str]]
    user: Mapped["User"] = relationship(back_populates="addresses")


Base.metadata.create_all(engine)
session = Session(engine)
session.add_all([User(name="squidward", addresses=[Address(email_address="q")]), User(name="sandy"), User(name="patrick")])
session.commit()
us = session.scalars(select(User)).all()
session.execute(update(User), [{"id": 1, "fullname": "Spongebob Squarepants"}, {"id": 3, "fullname": "Patrick Star"}])
print(us)
session.execute(update(User), [{"id": 1, "fullname": "F1", "name": "n1"}, {"id": 2, "fullname": "F2"}])
session.connection().execute(update(User).where(User.name == bindparam("u_name")).values(fullname=bindparam("fn")), [{"u_name": "sandy", "fn": "S"}, {"u_name": "patrick", "fn": "P"}])
print(session.execute(select(User.fullname)).all())
stmt = update(User).where(User.name.in_(["squidward", "sandy"])).values(fullname="Name starts with S")
print(session.execute(stmt).rowcount)
r = session.scalars(update(User).where(User.name == "sandy").values(fullname="R").returning(User))
print(r.all())
r = session.execute(update(User).where(User.name == "sandy").values(fullname=User.name + " x").returning(User.id, User.fullname), execution_options={"synchronize_session": "fetch"})
print(r.all())
stmt = update(User).where(User.id == Address.user_id).where(Address.email_address == "q").values(fullname="joined")
session.execute(stmt)
print(us)
stmt = update(User).where(User.id.in_(select(Address.user_id))).values(fullname="subq").execution_options(synchronize_session="fetch")
session.execute(stmt)
print(us)
stmt = delete(User).where(User.id.not_in(select(Address.user_id)))
print(session.execute(stmt).rowcount, [u in session for u in us])
try:
    session.execute(update(User).where(User.id.in_(select(Address.user_id))).values(fullname="subq").execution_options(synchronize_session="evaluate"))
except Exception as e:
    print(type(e), e)
try:
    session.execute(update(User).values(fullname="x").execution_options(synchronize_session="bogus"))
except Exception as e:
    print(type(e), e)
session.execute(update(Address).values({Address.email_address: select(User.name).where(User.id == Address.user_id).scalar_subquery()}))
print(session.scalars(select(Address.email_address)).all())
r = session.execute(delete(Address).returning(Address))
print(len(r.all()))
session.query(User).filter(User.id == 1).update({"name": "Q"})
session.query(User).filter(User.id > 1).update({User.name: User.name + "Q"}, synchronize_session="fetch")
print(session.query(User).filter(User.name == "zzz").delete(), session.query(User).delete(synchronize_session=False))


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    fullname: Mapped[Optional[str]] = mapped_column(default="dflt")
    n: Mapped[int] = mapped_column(default=lambda: 4, onupdate=lambda: 5)

    def __repr__(self):
        return f"User(name={self.name!r}, fullname={self.fullname!r})"


Base.metadata.create_all(engine)
session = Session(engine)
session.bulk_save_objects([User(name="a"), User(name="b", fullname="x")])
session.bulk_insert_mappings(User, [{"name": "c"}, {"name": "d", "fullname": "e"}])
session.bulk_update_mappings(User, [{"id": 1, "name": "aa"}, {"id": 2, "name": "bb"}])
session.bulk_insert_mappings(User, [{"name": "c", "fullname": None}], render_nulls=True)
us = session.scalars(select(User)).all()
us[0].name = "dirty"
session.bulk_save_objects(us[:2])
session.execute(insert(User).values({"name": "tt"}))
session.execute(insert(User).values(name="t2", fullname=None))
session.execute(insert(User).values([{"name": "k1"}, {"name": "k2"}]))
session.execute(insert(User).from_select(["name"], select(User.name).where(User.id == 1)))
session.execute(insert(User), {"name": "single"})
session.execute(insert(User.__table__), [{"name": "core1"}, {"name": "core2"}])
print(session.execute(insert(User.__table__).values(name="core3")).inserted_primary_key)
print(session.execute(insert(User).values(name="core4")).inserted_primary_key)
session.execute(update(User).where(User.name == "k1").values(fullname="u"))
print(session.execute(select(User.name, User.fullname, User.n)).all())
try:
    session.execute(insert(User), [{"nope": 1}])
except Exception as e:
    print(type(e), e)
try:
    session.execute(insert(User).values(nope=1))
except Exception as e:
    print(type(e), e)
try:
    session.execute(update(User).values(nope=1))
except Exception as e:
    print(type(e), e)
try:
    session.execute(insert(User).values([{"name": "q1"}, {"fullname": "q2"}]))
except Exception as e:
    print(type(e), e)
