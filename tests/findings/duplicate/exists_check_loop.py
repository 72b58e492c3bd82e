#@ shop
# %% dup
with SessionLocal() as db:
    for line in db.scalars(select(Line)).all():
        limit = db.scalar(text("SELECT max(total) FROM \"order\""))  #! duplicate confirmed - 48
