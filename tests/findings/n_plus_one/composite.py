#@ shop
# %% Composite
with SessionLocal() as db:
    for line in db.scalars(select(Line).where(Line.order_id <= 5)):
        print([r.text for r in line.remarks])  #! n_plus_one confirmed Line.remarks 10
    db.expunge_all()
    for r in db.scalars(select(Remark)):
        r.line.amount  #! n_plus_one confirmed Remark.line 48
