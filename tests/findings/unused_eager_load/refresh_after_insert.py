#@ shop
# %% nothing was loaded: no owners
with SessionLocal() as db:
    print(db.scalars(select(Customer).where(Customer.id > 999).options(selectinload(Customer.orders), joinedload(Customer.addresses))).unique().all())
