#@ shop
# %% loop
def load(db, key):
    return db.get(Customer, key, options=[selectinload(Customer.orders)])  #! n_plus_one confirmed Customer.orders 5 #! n_plus_one suspected - 5
with SessionLocal() as db:
    for key in range(1, 6):
        print(len(load(db, key).orders))
