#@ shop
# %% gets
with SessionLocal() as db:
    a = db.get(Customer, 1)
    b = db.get(Customer, 2)
    c = db.get(Customer, 1)
    print(len(a.orders))
    print(len(b.orders))
