#@ shop
# %% nulls
with SessionLocal() as db:
    for o in db.scalars(select(Order)).all():
        if o.billing:  #! n_plus_one confirmed Order.billing 8
            print(o.billing.city)
