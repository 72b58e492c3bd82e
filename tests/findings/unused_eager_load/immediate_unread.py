#@ shop
# %% u
with SessionLocal() as db:
    c = db.scalars(select(Customer).where(Customer.id == 1).options(immediateload(Customer.orders))).one()  #! unused_eager_load confirmed Customer.orders 1
    print(c.name)
