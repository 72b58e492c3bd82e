#@ shop
# %% more setup
with SessionLocal() as db:
    db.execute(insert(Order), [{"total": 0, "customer_id": n % 8 + 1} for n in range(200)])
    db.commit()
# %% j
with SessionLocal() as db:
    customers = db.scalars(select(Customer).options(joinedload(Customer.orders))).unique().all()  #! row_multiplication confirmed Customer.orders 1
    print([len(c.orders) for c in customers])
# %% query style
with SessionLocal() as db:
    for c in db.query(Customer).options(joinedload("*")).all() if False else db.query(Customer).options(joinedload(Customer.orders)):  #! row_multiplication confirmed Customer.orders 1
        len(c.orders)
# %% contains
with SessionLocal() as db:
    stmt = select(Customer).join(Customer.orders).options(contains_eager(Customer.orders)).execution_options(populate_existing=True)
    customers = db.execute(stmt).unique().scalars().all()  #! row_multiplication confirmed Customer.orders 1
    print([len(c.orders) for c in customers])
# %% to-one before it
with SessionLocal() as db:
    accounts = db.scalars(select(Account).options(joinedload(Account.customer).joinedload(Customer.orders))).unique().all()  #! row_multiplication confirmed Customer.orders 1
    print([len(a.customer.orders) for a in accounts])
# %% one big parent
with SessionLocal() as db:
    c = db.scalars(select(Customer).where(Customer.id == 1).options(joinedload(Customer.orders))).unique().one()  #! row_multiplication confirmed Customer.orders 1
    print(len(c.orders))
