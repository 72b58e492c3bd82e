#@ shop
# %% alias
with SessionLocal() as db:
    other = aliased(Customer)
    db.execute(select(Customer.name).where(other.name == "C1")).all()  #! cartesian_product confirmed - 1
