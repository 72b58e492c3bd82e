#@ shop
# %% w
with SessionLocal() as db:
    for n in range(4):
        db.add(Customer(name=f"n{n}", addresses=[Address(city="x"), Address(city="y"), Address(city="z")]))
        db.flush()
    db.commit()
