#@ shop
# %% no dup
with SessionLocal() as db:
    for n in range(1, 3):
        db.execute(select(Remark.id).where(Remark.text == "r")).all()
        db.execute(text("delete from remark where id = 2"))
