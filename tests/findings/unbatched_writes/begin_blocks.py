#@ shop
# %% w
for name in ["a", "b", "c", "d"]:
    with SessionLocal.begin() as db:  #! unbatched_writes confirmed - 4
        db.add(Tag(name=name))
