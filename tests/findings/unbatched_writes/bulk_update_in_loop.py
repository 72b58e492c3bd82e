#@ shop
# %% w: every statement of these changes many rows
with SessionLocal() as db:
    for total in range(1, 5):
        db.execute(sa.update(Line).where(Line.number == 1).values(amount=total))
    db.commit()
