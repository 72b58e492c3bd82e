#@ shop
# %% page
with SessionLocal() as db:
    stmt = select(Customer).join(Order).where(Order.total > 0).order_by(Customer.id).limit(6)
    print(len(set(db.scalars(stmt).all())))  #! page_of_rows confirmed - 1
    q = db.query(Customer).join(Customer.orders).filter(Order.total > 0).limit(6)
    print(len(q.all()))  #! page_of_rows confirmed - 1
