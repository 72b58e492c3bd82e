#@ shop
# %% fine
with SessionLocal() as db:
    for c in db.scalars(select(Customer).options(joinedload(Customer.orders)).order_by(Customer.id).limit(3)).unique():
        len(c.orders)
    for c in db.query(Customer).options(joinedload(Customer.addresses)).limit(3):
        len(c.addresses)
    sub = select(Customer.id).order_by(Customer.id).limit(3).subquery()
    stmt = select(Customer).join(sub, sub.c.id == Customer.id).join(Customer.orders).options(contains_eager(Customer.orders))
    for c in db.scalars(stmt.execution_options(populate_existing=True)).unique():
        len(c.orders)
