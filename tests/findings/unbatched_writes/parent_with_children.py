#@ shop
# %% w
with SessionLocal() as db:
    for n in range(4):
        db.add(Customer(name=f"n{n}", orders=[Order(total=1, lines=[])], addresses=[Address(city="x")]))
        db.commit()  #! unbatched_writes confirmed - 4
