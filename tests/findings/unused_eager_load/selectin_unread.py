#@ shop
# %% u
with SessionLocal() as db:
    stmt = select(Customer).options(selectinload(Customer.orders))
    names = [c.name for c in db.scalars(stmt)]  #! unused_eager_load confirmed Customer.orders 1
