#@ shop
# %% selectin
with SessionLocal() as db:
    for t in db.scalars(select(Tag).options(selectinload(Tag.orders).joinedload(Order.customer))):
        print([o.customer.name for o in t.orders])
