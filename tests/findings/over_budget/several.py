#@ shop
# %% Within budget=1
with SessionLocal() as db:
    db.scalars(select(Tag)).all()
# %% None at all budget=0 #! over_budget confirmed - 1
with SessionLocal() as db:
    db.scalars(select(Tag)).all()
# %% Writes count, markers do not budget=2 #! over_budget confirmed - 3
with SessionLocal() as db:
    db.add(Tag(name="x"))
    db.commit()
    db.add(Tag(name="y"))
    db.commit()
    db.execute(select(func.count(Tag.id))).all()
# %% Helper budget=1
def page(db):
    return db.scalars(select(Order).limit(3)).all()
# %% The caller pays budget=1 #! over_budget confirmed - 2
with SessionLocal() as db:
    page(db)
    print(db.scalars(select(Product)).all())
# %% A lazy page budget=5 #! over_budget confirmed - 9
with SessionLocal() as db:
    for c in db.scalars(select(Customer)):
        len(c.orders)  #! n_plus_one confirmed Customer.orders 8
# %% An executemany is one budget=2
with SessionLocal() as db:
    db.execute(insert(Tag), [{"name": str(n)} for n in range(50)])
    db.commit()
