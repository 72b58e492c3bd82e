#@ shop
# %% add
with SessionLocal() as db:
    for n in range(5):
        c = Customer(name=f"new {n}")
        db.add(c)
        db.commit()  #! unbatched_writes confirmed - 5
        print(c.id)  #! n_plus_one confirmed Customer.id 5
