#@ shop
# %% selects
with SessionLocal() as db:
    for c in db.scalars(select(Customer)).all():
        db.query(Order).filter(Order.customer_id == c.id).all()  #! n_plus_one suspected - 8
        db.execute(select(Order.total).filter_by(customer_id=c.id)).all()  #! n_plus_one suspected - 8
        db.scalars(select(Order).where(Order.customer_id.in_([c.id]))).all()  #! n_plus_one suspected - 8
        db.scalars(select(Order).join(Order.customer).where(Customer.name == c.name)).all()  #! n_plus_one suspected - 8
        db.scalars(select(Order).where(Order.customer == c)).all()  #! n_plus_one suspected - 8
