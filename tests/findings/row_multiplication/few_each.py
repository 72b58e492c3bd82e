#@ shop
# %% two each
with SessionLocal() as db:
    for c in db.scalars(select(Customer).options(joinedload(Customer.addresses))).unique():
        print([a.city for a in c.addresses])
