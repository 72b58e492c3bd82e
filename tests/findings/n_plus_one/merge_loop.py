#@ shop
# %% merge
with SessionLocal() as db:
    for n in range(1, 6):
        db.merge(Customer(id=n, name=f"merged {n}"))  #! n_plus_one suspected - 5 #! unbatched_writes confirmed - 4
    db.commit()
