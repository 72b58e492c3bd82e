#@ shop
# %% u
with SessionLocal() as db:
    stmt = select(Customer).options(selectinload(Customer.orders), selectinload(Customer.addresses))
    for c in db.scalars(stmt):  #! unused_eager_load confirmed Customer.addresses 1
        print(len(c.orders))
