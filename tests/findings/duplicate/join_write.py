#@ shop
# %% no dup
with SessionLocal() as db:
    query = select(Order).join(Order.customer).where(Customer.name == "C2")
    db.scalars(query).all()
    db.execute(sa.update(Customer).where(Customer.id == 7).values(name="C2"))
    db.scalars(query).all()
