#@ shop
# %% two
with SessionLocal() as db:
    o = db.scalars(select(Order).where(Order.id == 3)).one()
    print(o.billing.city, o.shipping.city, o.customer.name)
