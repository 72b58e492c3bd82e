#@ shop
# %% fine
with SessionLocal() as db:
    for c in db.scalars(select(Customer).options(selectinload(Customer.orders)).order_by(Customer.id).limit(3)):
        len(c.orders)
    for o in db.scalars(select(Order).join(Order.customer).order_by(Customer.name).limit(5)):
        o.total
    for o in db.scalars(select(Order).join(Order.customer).options(contains_eager(Order.customer)).limit(5)):
        o.customer.name
