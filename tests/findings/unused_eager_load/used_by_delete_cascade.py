#@ shop
# %% delete
with SessionLocal() as db:
    db.execute(sa.delete(Account))
    db.execute(sa.delete(Order))
    customers = db.scalars(select(Customer).options(selectinload(Customer.addresses))).all()
    for c in customers:
        db.delete(c)
    db.flush()  #! n_plus_one confirmed Customer.orders 8 #! n_plus_one confirmed Customer.account 8
    db.rollback()
