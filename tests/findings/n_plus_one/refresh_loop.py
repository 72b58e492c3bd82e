#@ shop
# %% refresh
with SessionLocal() as db:
    customers = db.scalars(select(Customer)).all()
    for c in customers:
        db.refresh(c)  #! n_plus_one confirmed - 8
