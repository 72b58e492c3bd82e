#@ shop
# %% w
with SessionLocal() as db:
    for name in ["a", "b", "c", "d"]:
        tag = Tag(name=name)
        db.add(tag)
        db.commit()  #! unbatched_writes confirmed - 4
