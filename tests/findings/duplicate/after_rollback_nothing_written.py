#@ shop
# %% dup
with SessionLocal() as db:
    db.scalars(select(Order)).all()
    db.rollback()
    db.scalars(select(Order)).all()  #! duplicate confirmed - 2
