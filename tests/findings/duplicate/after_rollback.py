#@ shop
# %% dup
with SessionLocal() as db:
    db.execute(sa.update(Order).values(total=0))
    db.scalars(select(Order)).all()
    db.rollback()
    db.scalars(select(Order)).all()
