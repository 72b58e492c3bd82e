#@ shop
# %% expired
with SessionLocal() as db:
    customers = db.scalars(select(Customer)).all()
    db.commit()
    for c in customers:
        print(c.name, c.email)  #! n_plus_one confirmed Customer.name 8
