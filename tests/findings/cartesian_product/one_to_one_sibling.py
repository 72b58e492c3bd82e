#@ shop
# %% a collection and a one-to-one
with SessionLocal() as db:
    for c in db.scalars(select(Customer).options(joinedload(Customer.addresses), joinedload(Customer.account))).unique():
        c.addresses, c.account
