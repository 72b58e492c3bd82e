#@ shop
# %% u
with SessionLocal() as db:
    for c in db.query(Customer).options(subqueryload(Customer.orders)):  #! unused_eager_load confirmed Customer.orders 1
        c.name
