#@ shop
# %% siblings
with SessionLocal() as db:
    stmt = select(Customer).outerjoin(Customer.orders).outerjoin(Customer.addresses)
    print(len(db.scalars(stmt).all()))  #! cartesian_product confirmed Customer.orders 1
