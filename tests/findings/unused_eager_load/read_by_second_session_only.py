#@ shop
# %% u
with SessionLocal() as db:
    db.scalars(select(Customer).options(selectinload(Customer.orders))).all()  #! unused_eager_load confirmed Customer.orders 1
with SessionLocal() as db:
    len(db.get(Customer, 1).orders)
