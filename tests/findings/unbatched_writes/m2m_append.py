#@ shop
# %% w
with Session(engine, expire_on_commit=False) as db:
    tag = Tag(name="all")
    db.add(tag)
    orders = db.scalars(select(Order).options(selectinload(Order.tags)).limit(5)).all()
    for o in orders:
        o.tags.append(tag)
        db.commit()  #! unbatched_writes confirmed - 5
