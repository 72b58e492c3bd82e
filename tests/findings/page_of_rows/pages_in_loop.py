#@ shop
# %% pages
with SessionLocal() as db:
    for page in range(3):
        stmt = select(Tag).join(Tag.orders).order_by(Tag.id).limit(5).offset(5 * page)
        db.scalars(stmt).unique().all()  #! page_of_rows confirmed - 3
