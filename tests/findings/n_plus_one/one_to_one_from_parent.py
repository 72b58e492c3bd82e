#@ shop
# %% 1:1
with SessionLocal() as db:
    for c in db.scalars(select(Customer)):
        print(c.account.balance)  #! n_plus_one confirmed Customer.account 8
