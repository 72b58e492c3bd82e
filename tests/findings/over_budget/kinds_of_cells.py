#@ shop
# %% exactly as many budget=2
with SessionLocal() as db:
    db.scalars(select(Customer)).all()
    db.scalars(select(Tag)).all()
# %% nothing sent budget=0
print(sum(range(10)))
# %% prepared setup budget=0
with SessionLocal() as db:
    db.get(Customer, 1)
# %% SQLite is asked for each row whose key comes back budget=1 #! over_budget confirmed - 6
with SessionLocal() as db:
    db.add_all([Tag(name=str(n)) for n in range(6)])
    db.commit()
# %% tables budget=1 #! over_budget confirmed - 2
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE one (id INTEGER)"))
    connection.execute(text("CREATE TABLE two (id INTEGER)"))
# %% what fails was sent budget=1 #! over_budget confirmed - 2
with SessionLocal() as db:
    for table in ("tag", "missing"):
        try:
            db.execute(text(f"SELECT * FROM {table}"))
        except Exception as error:
            print(type(error).__name__)
# %% a loop budget=3 #! over_budget confirmed - 9
with SessionLocal() as db:
    for customer in db.scalars(select(Customer)):
        len(customer.orders)  #! n_plus_one confirmed Customer.orders 8
# %% the same, ahead budget=2
with SessionLocal() as db:
    for customer in db.scalars(select(Customer).options(selectinload(Customer.orders))):
        len(customer.orders)
