#@ shop
# %% u
with SessionLocal() as db:
    stmt = select(Order).join(Order.customer).options(contains_eager(Order.customer)).where(Customer.name == "C1")
    print([o.total for o in db.scalars(stmt)])  #! unused_eager_load confirmed Order.customer 1
