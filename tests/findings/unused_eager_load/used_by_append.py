#@ shop
# %% append
with SessionLocal() as db:
    customers = db.scalars(select(Customer).options(selectinload(Customer.orders)).limit(3)).all()
    for c in customers:
        c.orders.append(Order(total=99))
    db.commit()
