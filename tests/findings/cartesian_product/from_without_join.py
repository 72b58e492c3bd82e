#@ shop
# %% from
with SessionLocal() as db:
    db.execute(select(Customer, Tag)).all()  #! cartesian_product confirmed - 1
    db.execute(select(Customer).where(Order.total > 5)).all()  #! cartesian_product confirmed - 1
    db.query(Customer, Order).filter(Customer.id > 3).all()  #! cartesian_product confirmed - 1
    db.execute(select(func.count()).select_from(Customer, Tag)).all()  #! cartesian_product confirmed - 1
    db.execute(text("SELECT * FROM customer, tag WHERE tag.id = 1")).all()  #! cartesian_product suspected - 1
    db.execute(text("SELECT * FROM customer CROSS JOIN tag")).all()  #! cartesian_product suspected - 1
