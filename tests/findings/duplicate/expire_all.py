#@ shop
# %% dup
with SessionLocal() as db:
    c = db.get(Customer, 1)
    db.expire_all()
    db.execute(select(Tag.name)).all()
    db.expire_all()
    db.execute(select(Tag.name)).all()  #! duplicate confirmed - 2
