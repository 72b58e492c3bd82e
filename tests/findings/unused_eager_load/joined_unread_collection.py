#@ shop
# %% u
with SessionLocal() as db:
    customers = db.query(Customer).options(joinedload(Customer.addresses)).all()  #! unused_eager_load confirmed Customer.addresses 1
    print(len(customers))
