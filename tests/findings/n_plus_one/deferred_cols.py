#@ shop
# %% deferred
with SessionLocal() as db:
    for c in db.scalars(select(Customer)):
        print(c.note)  #! n_plus_one confirmed Customer.note 8
# %% group
with SessionLocal() as db:
    for c in db.scalars(select(Customer)):
        print(c.biography, c.portrait)  #! n_plus_one confirmed Customer.biography 8
# %% load_only
with SessionLocal() as db:
    for c in db.scalars(select(Customer).options(load_only(Customer.name))):
        print(c.email)  #! n_plus_one confirmed Customer.email 8
# %% undefer
with SessionLocal() as db:
    for c in db.scalars(select(Customer).options(undefer(Customer.note))):
        print(c.note)
