#@ shop
# %% 1:1
with SessionLocal() as db:
    for a in db.scalars(select(Account)):
        print(a.customer.name)  #! n_plus_one confirmed Account.customer 8
