#@ shop
# %% one parent
with SessionLocal() as db:
    stmt = select(Customer).where(Customer.id == 2).join(Customer.orders).options(contains_eager(Customer.orders)).limit(2)
    c = db.scalars(stmt).unique().one()  #! page_of_rows confirmed Customer.orders 1
    print(len(c.orders))
