#@ music
# %% first of each
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)).all():
        print(b.plays.first().day)  #! n_plus_one confirmed Album.plays 4

# %% by index
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)).all():
        print(b.plays[0].day, b.plays.order_by(Play.id.desc()).limit(1).all())  #! n_plus_one confirmed Album.plays 4  #! n_plus_one confirmed Album.plays 4

# %% counted through a subquery of the select
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)).all():
        print(s.scalar(select(func.count()).select_from(b.sales.select().subquery())))  #! n_plus_one confirmed Album.sales 4

# %% two owners
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 3)).all():
        print(b.plays.all())  #! n_plus_one suspected Album.plays 2

# %% a helper called from two cells
def days(album):
    return [p.day for p in album.plays]  #! n_plus_one confirmed Album.plays 5  #! n_plus_one confirmed Album.plays 3


with Session(engine) as s:
    print([days(b) for b in s.scalars(select(Album).where(Album.id < 6)).all()])

# %% the other cell
with Session(engine) as s:
    print([days(b) for b in s.scalars(select(Album).where(Album.id < 4)).all()])

# %% one owner, asked by days
with Session(engine) as s:
    b = s.get(Album, 1)
    print([b.plays.filter(Play.day == d).count() for d in range(4)])  #! n_plus_one suspected - 4

# %% one owner, twice the same
with Session(engine) as s:
    b = s.get(Album, 1)
    print(b.plays.all())
    print(b.plays.all())  #! duplicate confirmed Album.plays 2

# %% append without loading
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)).all():
        b.plays.append(Play(day=3))
        b.sales.add(Sale(price=1))
    s.flush()
    s.rollback()

# %% lazily from what a dynamic collection gave
with Session(engine) as s:
    lab = s.get(Label, 1)
    for a in lab.artists:
        print(len(a.genres))  #! n_plus_one confirmed Artist.genres 4

# %% bulk insert per owner
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)).all():
        s.execute(b.sales.insert(), [{"price": 1}, {"price": 2}])
    s.rollback()

# %% bulk update per owner
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)).all():
        s.execute(b.sales.update().values(price=0))
    s.rollback()
