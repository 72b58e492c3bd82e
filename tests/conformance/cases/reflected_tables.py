# Tables made of what a database says of them
# strategies: none
from sqlalchemy import *
from sqlalchemy.orm import *
made = MetaData()
Table("user_account", made, Column("id", Integer, primary_key=True), Column("name", String(30), nullable=False), Column("fullname", String), Column("born", Integer, server_default="1900"))
Table("address", made, Column("id", Integer, primary_key=True), Column("user_id", ForeignKey("user_account.id", name="fk_user", ondelete="CASCADE"), nullable=False), Column("email", String(50), nullable=False, unique=True), Index("ix_email", "email", "user_id"), CheckConstraint("length(email) > 3", name="ck_email"))
Table("node", made, Column("id", Integer, primary_key=True), Column("parent_id", ForeignKey("node.id")))
Table("left", made, Column("id", Integer, primary_key=True), Column("right_id", ForeignKey("right.id")))
Table("right", made, Column("id", Integer, primary_key=True), Column("left_id", ForeignKey("left.id")))
Table("item", made, Column("order_id", Integer), Column("pos", Integer), Column("total", Numeric(10, 2)), Column("twice", Integer, Computed("pos * 2")), PrimaryKeyConstraint("order_id", "pos", name="pk_item"))
engine = create_engine("sqlite://")
made.create_all(engine)
def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)
def shown(table):
    print(table.name, [(c.name, str(c.type), c.nullable, c.primary_key, c.server_default is not None) for c in table.columns])
    print("   ", [c.name for c in table.primary_key], table.primary_key.name, sorted((fk.parent.name, fk.target_fullname) for fk in table.foreign_keys), sorted((i.name, [c.name for c in i.columns], bool(i.unique)) for i in table.indexes))
    print("   ", sorted((type(c).__name__, str(c.name)) for c in table.constraints))
meta = MetaData()
with engine.connect() as c:
    c.execute(text("create view named as select name from user_account"))
    c.commit()
users = Table("user_account", meta, autoload_with=engine)
shown(users)
address = Table("address", MetaData(), autoload_with=engine)
shown(address)
print(list(address.metadata.tables))
with Session(engine) as s:
    s.execute(users.insert(), [{"name": "a"}, {"name": "b", "born": 1950}])
    print(s.execute(select(users).where(users.c.name == "a")).one())
    s.commit()
only = Table("address", MetaData(), autoload_with=engine, include_columns=["id", "email"])
shown(only)
unresolved = Table("address", MetaData(), autoload_with=engine, resolve_fks=False)
print(list(unresolved.metadata.tables))
changed = Table("user_account", MetaData(), Column("name", String(99), key="called"), Column("more", Integer), autoload_with=engine)
print([(c.key, str(c.type)) for c in changed.columns])
tried(lambda: Table("nothing", MetaData(), autoload_with=engine))
every = MetaData()
every.reflect(bind=engine)
print(list(every.tables), [t.name for t in every.sorted_tables][-1] != "")
for table in every.tables.values():
    shown(table)
some = MetaData()
some.reflect(engine, only=["left"])
print(sorted(some.tables))
some = MetaData()
some.reflect(engine, only=lambda name, meta: name.startswith("n"), views=True)
print(sorted(some.tables))
tried(lambda: some.reflect(engine, only=["zzz"]) )
with engine.connect() as c:
    m = MetaData()
    m.reflect(c, views=True)
    print(sorted(m.tables), [col.name for col in m.tables["named"].columns])
class Base(DeclarativeBase):
    pass
class User(Base):
    __table__ = Table("user_account", Base.metadata, autoload_with=engine)
    addresses: Mapped[list["Address"]] = relationship(back_populates="user")
class Address(Base):
    __table__ = Table("address", Base.metadata, autoload_with=engine)
    user: Mapped[User] = relationship(back_populates="addresses")
with Session(engine) as s:
    u = s.scalars(select(User).where(User.name == "b")).one()
    u.addresses.append(Address(email="bob@b"))
    s.commit()
    print(u.addresses[0].user.name, u.born)
every.drop_all(engine)
print(inspect(engine).get_table_names())
