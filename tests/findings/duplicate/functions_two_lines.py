#@ shop
# %% dup
def total(db):
    return db.scalar(select(func.sum(Order.total)))  #! duplicate confirmed - 3
with SessionLocal() as db:
    print(total(db) / 2, total(db) / 3, total(db))
