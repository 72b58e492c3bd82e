#@ shop
# %% u
with SessionLocal() as db:
    stmt = select(Customer).options(selectinload(Customer.orders).selectinload(Order.lines))
    for c in db.scalars(stmt).all():  #! unused_eager_load confirmed Order.lines 1
        print(len(c.orders))
