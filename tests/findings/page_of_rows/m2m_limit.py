#@ shop
# %% m2m
with SessionLocal() as db:
    stmt = select(Order).join(Order.tags).options(contains_eager(Order.tags)).limit(7)
    print(len(db.scalars(stmt).unique().all()[0].tags))  #! page_of_rows confirmed Order.tags 1
