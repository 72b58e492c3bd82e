#@ shop
# %% u
with SessionLocal() as db:
    stmt = select(Line).options(joinedload(Line.order).joinedload(Order.customer))
    for line in db.scalars(stmt):  #! unused_eager_load confirmed Order.customer 1
        print(line.order.total)
