#@ shop
# %% fine
with SessionLocal() as db:
    db.scalars(select(Customer).join(Customer.orders).distinct().order_by(Customer.id).limit(4)).all()
    db.scalars(select(Customer).join(Customer.orders).group_by(Customer.id).limit(4)).all()
    db.scalars(select(Customer).where(Customer.orders.any(Order.total > 3)).limit(4)).all()
    db.execute(select(Customer.name, Order.total).join(Customer.orders).limit(5)).all()
    db.execute(select(Customer, Order).join(Customer.orders).limit(5)).all()
    db.scalars(select(Customer).join(Customer.orders).limit(1000)).unique().all()
