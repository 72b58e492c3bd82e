#@ shop
# %% three of eight
with SessionLocal() as db:
    customers = db.scalars(select(Customer).options(joinedload(Customer.orders))).unique().all()
    for c in customers[:3]:
        print(len(c.orders))
