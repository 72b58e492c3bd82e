#@ shop
# %% expired
with SessionLocal() as db:
    customers = db.scalars(select(Customer)).all()
    for c in customers:
        db.expire(c, ["email"])
    print([c.email for c in customers])  #! n_plus_one confirmed Customer.email 8
