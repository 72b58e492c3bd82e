#@ shop
# %% counts
with SessionLocal() as db:
    for c in db.query(Customer):
        n = db.query(Order).filter_by(customer_id=c.id).count()  #! n_plus_one suspected - 8
        m = db.query(func.count(Address.id)).filter(Address.customer_id == c.id).scalar()  #! n_plus_one suspected - 8
        k = db.scalar(select(func.sum(Order.total)).where(Order.customer_id == c.id))  #! n_plus_one suspected - 8
        e = db.scalar(select(select(Order.id).where(Order.customer_id == c.id).exists()))  #! n_plus_one suspected - 8
