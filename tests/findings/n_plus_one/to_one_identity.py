#@ shop
# %% known
with SessionLocal() as db:
    everyone = db.query(Customer).all()
    for o in db.query(Order):
        o.customer.name
    first = db.query(Order).filter(Order.customer_id == 2).all()
    {o.customer.name for o in first}
