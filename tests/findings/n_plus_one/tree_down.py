#@ shop
# %% tree
def walk(p, depth=0):
    print(" " * depth, p.name)
    for part in p.parts:  #! n_plus_one confirmed Product.parts 6
        walk(part, depth + 1)
with SessionLocal() as db:
    walk(db.get(Product, 1))
