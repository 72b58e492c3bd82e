#@ shop
# %% no dup
with SessionLocal() as db:
    for _ in range(2):
        db.scalar(select(func.random()))
        db.scalar(select(func.current_timestamp()))
        db.scalar(text("select datetime('now')"))
