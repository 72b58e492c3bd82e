#@ shop
# %% rows are asked for
with SessionLocal() as db:
    db.execute(select(Tag, Order).join(Tag.orders)).all()
    db.execute(select(Tag.name, Order.total).join(Tag.orders)).all()
