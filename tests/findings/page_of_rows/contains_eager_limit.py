#@ shop
# %% page
with SessionLocal() as db:
    stmt = select(Customer).join(Customer.orders).options(contains_eager(Customer.orders)).order_by(Customer.id).limit(5)
    for c in db.scalars(stmt).unique():  #! page_of_rows confirmed Customer.orders 1
        print(len(c.orders))
# %% page two
with SessionLocal() as db:
    q = db.query(Customer).outerjoin(Customer.orders).options(contains_eager(Customer.orders)).limit(4).offset(4)
    print([len(c.orders) for c in q])  #! page_of_rows confirmed Customer.orders 1
