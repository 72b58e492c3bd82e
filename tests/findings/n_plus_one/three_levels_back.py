#@ shop
# %% up
with SessionLocal() as db:
    for line in db.query(Line).all():
        print(line.order.customer.name, line.product.name)  #! n_plus_one confirmed Line.order 24 #! n_plus_one confirmed Order.customer 8 #! n_plus_one confirmed Line.product 6
