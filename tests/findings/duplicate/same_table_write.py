#@ shop
# %% no dup
with SessionLocal() as db:
    for n in range(3):
        db.query(Tag).filter_by(name="x").all()
        db.add_all([Tag(name="x"), Tag(name="y")])
        db.flush()
    print(db.query(Tag).count())
