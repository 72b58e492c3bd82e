#@ shop
# %% Use
with SessionLocal() as db:
    report = {
        c.name: [
            line.amount
            for o in c.orders  #! n_plus_one confirmed Customer.orders 8
            for line in o.lines  #! n_plus_one confirmed Order.lines 24
        ]
        for c in db.query(Customer).order_by(Customer.name)
    }
