#@ shop
# %% dup
def customers():
    with SessionLocal() as db:
        return db.scalars(select(Customer).where(Customer.name == "C1")).all()  #! duplicate confirmed - 3
for _ in range(3):
    customers()
