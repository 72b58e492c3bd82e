#@ shop
# %% the same load twice, then read
with SessionLocal() as db:
    stmt = select(Customer).options(joinedload(Customer.addresses))
    first = db.scalars(stmt.where(Customer.id < 5)).unique().all()
    second = db.scalars(stmt.where(Customer.id < 4)).unique().all()
    print([len(c.addresses) for c in first])
