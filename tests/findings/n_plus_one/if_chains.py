#@ shop
# %% if
with SessionLocal() as db:
    big = [c for c in db.query(Customer) if any(o.total > 5 for o in c.orders)]  #! n_plus_one confirmed Customer.orders 8
# %% two
with SessionLocal() as db:
    names = list(map(lambda o: o.customer.name, db.query(Order)))  #! n_plus_one confirmed Order.customer 8
# %% three
with SessionLocal() as db:
    best = max(db.query(Customer), key=lambda c: len(c.addresses))  #! n_plus_one confirmed Customer.addresses 8
