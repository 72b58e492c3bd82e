#@ shop
# %% stream
with SessionLocal() as db:
    for o in db.scalars(select(Order).execution_options(yield_per=5)):
        len(o.lines)  #! n_plus_one confirmed Order.lines 24
