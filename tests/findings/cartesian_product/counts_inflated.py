#@ shop
# %% the sums are wrong
with SessionLocal() as db:
    stmt = (
        select(Customer.name, func.count(Order.id), func.count(Address.id))
        .join(Customer.orders)
        .join(Customer.addresses)
        .group_by(Customer.id)
    )
    print(db.execute(stmt).all())  #! cartesian_product suspected Customer.orders 1
