#@ shop
# %% dup
with SessionLocal() as db:
    for n in range(3):
        db.query(Customer).filter_by(name="C1").one()  #! duplicate confirmed - 3
        db.add(Tag(name="x"))
    db.commit()
