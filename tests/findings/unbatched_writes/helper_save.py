#@ shop
# %% w
def save(db, thing):
    db.add(thing)
    db.flush()  #! unbatched_writes confirmed - 5
    return thing
with SessionLocal() as db:
    tags = [save(db, Tag(name=str(n))) for n in range(5)]
    db.commit()
