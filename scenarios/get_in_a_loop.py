# %% [markdown]
# # The loop made by hand
# No relationship here, and still an N+1: keys come from one place, and `session.get()` fetches the objects one by one.
# Nothing in the mapping could tell; the SQL alone gives it away, so the finding says *suspected*.

# %% Models setup
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

N = 40  # @param {type:"slider", min:1, max:2000, step:1}


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[int]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.execute(insert(Product), [{"id": n, "name": f"Product {n}", "price": n * 10} for n in range(1, N + 1)])
    session.commit()

basket = list(range(1, N + 1))

# %% One by one budget=1
with Session(engine) as session:
    products = [session.get(Product, key) for key in basket]
    print(f"{len(products)} products, {sum(product.price for product in products)} in all")

# %% All at once budget=1
with Session(engine) as session:
    products = session.scalars(select(Product).where(Product.id.in_(basket))).all()
    print(f"{len(products)} products, {sum(product.price for product in products)} in all")

# %% And then one by one budget=1
# The session has met them all, and they are still held: now `get` asks nobody.
with Session(engine) as session:
    loaded = session.scalars(select(Product).where(Product.id.in_(basket))).all()
    products = [session.get(Product, key) for key in basket]
    print(f"{len(products)} products, {sum(product.price for product in products)} in all")

# %% [markdown]
# ## What to look for
# - The third cell calls `session.get()` as often as the first one, and sends one statement.
# - A session holds its objects weakly. Delete `loaded =` from the third cell, leaving the query, and run: once nobody
#   holds the objects, `get` has to ask again.

# %% [markdown] check
# When does `session.get(Product, 7)` send no statement?
# - [ ] Never: the third cell shows otherwise
# - [ ] When product 7 was ever loaded by this program: another session, or a forgotten object, does not help
# - [x] When this session still holds product 7: the identity map answers
