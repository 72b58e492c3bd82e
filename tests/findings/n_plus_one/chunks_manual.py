#@ shop
# %% batches
with SessionLocal() as db:
    ids = list(range(1, 25))
    for start in range(0, len(ids), 5):
        db.scalars(select(Order).where(Order.id.in_(ids[start : start + 5]))).all()
