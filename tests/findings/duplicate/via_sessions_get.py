#@ shop
# %% dup
for _ in range(4):
    with SessionLocal() as db:
        db.get(Customer, 1).name  #! duplicate confirmed - 4
