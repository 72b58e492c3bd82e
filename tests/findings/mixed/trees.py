#@ school
# %% breadth-first, own loop
with Local() as s:
    level = [s.get(Department, 1)]
    while level:
        level = [child for d in level for child in d.children]  #! n_plus_one confirmed Department.children 7
        print(len(level))

# %% breadth-first by query a level: not by single key
with Local() as s:
    ids = [1]
    while ids:
        ids = s.scalars(select(Department.id).where(Department.parent_id.in_(ids))).all()
        print(ids)

# %% recursive function
def count(d):
    return 1 + sum(count(child) for child in d.children)  #! n_plus_one confirmed Department.children 7


with Local() as s:
    print(count(s.get(Department, 1)))

# %% up by session.get
with Local() as s:
    d = s.get(Department, 7)
    while d.parent_id:
        d = s.get(Department, d.parent_id)
        print(d.name)

# %% recursive CTE
with Local() as s:
    tree = select(Department.id).where(Department.id == 1).cte("tree", recursive=True)
    tree = tree.union_all(select(Department.id).join(tree, Department.parent_id == tree.c.id))
    print(len(s.scalars(select(Department).where(Department.id.in_(select(tree.c.id)))).all()))

# %% everything at once, then walked
with Local() as s:
    everything = s.scalars(select(Department)).all()
    by_parent = defaultdict(list)
    for d in everything:
        by_parent[d.parent_id].append(d.name)
    print(dict(by_parent))

# %% parent reads answered by the identity map
with Local() as s:
    everything = s.scalars(select(Department)).all()
    print([d.parent.name if d.parent else None for d in everything])

# %% selectinload with recursion depth
with Local() as s:
    root = s.scalars(select(Department).where(Department.id == 1).options(selectinload(Department.children, recursion_depth=-1))).one()
    print([c.name for c in root.children for _ in c.children])
