#@ shop
# %% m2m: each tag has twelve orders
with SessionLocal() as db:
    for t in db.scalars(select(Tag).options(joinedload(Tag.orders))).unique():  #! row_multiplication confirmed Tag.orders 1
        print(t.name, len(t.orders))
