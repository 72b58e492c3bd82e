#@ shop
# %% dup
with SessionLocal() as db:
    c = db.get(Customer, 1)
    for _ in range(3):
        db.refresh(c)  #! duplicate confirmed - 4
