#@ shop
# %% three levels
with SessionLocal() as db:
    stmt = select(Customer).options(joinedload(Customer.orders).joinedload(Order.lines))
    for c in db.scalars(stmt).unique():  #! row_multiplication confirmed Customer.orders 1
        for o in c.orders:
            for line in o.lines:
                line.amount
