#@ shop
# %% raw with different whitespace is another text
with SessionLocal() as db:
    db.execute(text("SELECT name FROM tag WHERE id = 1")).all()
    db.execute(text("SELECT name FROM tag WHERE id = 1")).all()  #! duplicate confirmed - 2
