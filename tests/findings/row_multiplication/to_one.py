#@ shop
# %% to one
with SessionLocal() as db:
    for line in db.scalars(select(Line).options(joinedload(Line.order).joinedload(Order.customer), joinedload(Line.product))):
        print(line.order.customer.name, line.product.name)
    for c in db.scalars(select(Customer).options(joinedload(Customer.account))):
        c.account.balance
