#@ shop
# %% w
with SessionLocal() as db:
    for n in range(6):
        db.add(Tag(name="x") if n % 2 else Product(name="y"))
        db.commit()  #! unbatched_writes confirmed - 6
