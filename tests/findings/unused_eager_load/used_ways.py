#@ shop
# %% truth, membership, iteration, getattr, json, len
with SessionLocal() as db:
    customers = db.scalars(select(Customer).options(selectinload(Customer.orders), selectinload(Customer.addresses))).all()
    order = db.get(Order, 1)
    print(sum(1 for c in customers if order in c.orders))
    print(json.dumps([{"name": c.name, "cities": [a.city for a in getattr(c, "addresses")]} for c in customers[:2]]))
# %% truth
with SessionLocal() as db:
    customers = db.scalars(select(Customer).options(selectinload(Customer.orders))).all()
    if customers[-1].orders:
        print("yes")
with SessionLocal() as db:
    o = db.scalars(select(Order).options(joinedload(Order.customer)).limit(1)).one()
    print(f"{o.customer.name}")
