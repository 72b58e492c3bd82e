#@ shop
# %% get
with SessionLocal() as db:
    ids = [1, 3, 5, 7]
    found = [db.get(Customer, i) for i in ids]  #! n_plus_one suspected - 4
    more = [db.query(Order).get(i) for i in (1, 2, 3)]  #! n_plus_one suspected - 3
    lines = [db.get(Line, (n, 1)) for n in range(1, 6)]  #! n_plus_one suspected - 5
    for n in range(1, 6):
        db.get_one(Tag, n) if n < 5 else None  #! n_plus_one suspected - 4
