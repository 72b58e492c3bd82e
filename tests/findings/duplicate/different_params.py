#@ shop
# %% no dup
with SessionLocal() as db:
    db.scalars(select(Customer).where(Customer.name == "C1")).all()
    db.scalars(select(Customer).where(Customer.name == "C2")).all()
    db.scalars(select(Customer).where(Customer.name == "C1").limit(1)).all()
    db.scalars(select(Customer.id).where(Customer.name == "C1")).all()
