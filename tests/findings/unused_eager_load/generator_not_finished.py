#@ shop
# %% generator not finished
with SessionLocal() as db:
    def first():
        for c in db.scalars(select(Customer).options(selectinload(Customer.orders))):
            yield c
    c = next(first())
    print(len(c.orders))
