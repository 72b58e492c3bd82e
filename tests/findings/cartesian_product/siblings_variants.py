#@ shop
# %% siblings
with SessionLocal() as db:
    stmt = select(Order).options(joinedload(Order.lines), joinedload(Order.tags))
    for o in db.scalars(stmt).unique():  #! cartesian_product confirmed Order.lines 1
        len(o.lines), len(o.tags)
# %% query
with SessionLocal() as db:
    for c in db.query(Customer).options(joinedload(Customer.orders), joinedload(Customer.addresses)).all():  #! cartesian_product confirmed Customer.orders 1
        len(c.orders) + len(c.addresses)
# %% second level
with SessionLocal() as db:
    stmt = select(Customer).options(
        joinedload(Customer.orders).joinedload(Order.lines), joinedload(Customer.orders).joinedload(Order.tags)
    ).where(Customer.id == 1)
    for c in db.scalars(stmt).unique():  #! cartesian_product confirmed Order.lines 1
        for o in c.orders:
            len(o.lines), len(o.tags)
# %% contains_eager
with SessionLocal() as db:
    stmt = (
        select(Order).join(Order.lines).join(Order.tags).options(contains_eager(Order.lines), contains_eager(Order.tags))
    )
    for o in db.scalars(stmt).unique():  #! cartesian_product confirmed Order.lines 1
        len(o.lines), len(o.tags)
