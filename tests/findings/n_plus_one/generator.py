#@ shop
# %% Gen
def all_orders(session):
    for customer in session.scalars(select(Customer)):
        yield from customer.orders  #! n_plus_one confirmed Customer.orders 8
# %% Use
with SessionLocal() as db:
    print(sum(order.total for order in all_orders(db)))
