#@ music
# %% commit in a loop
with Session(engine) as s:
    for n in range(5):
        s.add(Note(body=f"n{n}"))
        s.commit()  #! unbatched_writes confirmed - 5

# %% flush in a loop
with Session(engine) as s:
    for n in range(5):
        s.add(Note(body=f"n{n}"))
        s.flush()  #! unbatched_writes confirmed - 5
    s.commit()

# %% one commit
with Session(engine) as s:
    for n in range(5):
        s.add(Note(body=f"n{n}"))
    s.commit()

# %% add_all
with Session(engine) as s:
    s.add_all(Note(body=f"n{n}") for n in range(5))
    s.commit()

# %% a function that saves one
def save(body):
    with Session(engine) as s:
        s.add(Note(body=body))
        s.commit()  #! unbatched_writes confirmed - 4


list(map(save, "abcd"))

# %% sessionmaker.begin in a loop
maker = sessionmaker(engine)
for body in "abcd":
    with maker.begin() as s:  #! unbatched_writes confirmed - 4
        s.add(Note(body=body))

# %% autoflush by a query in the loop
with Session(engine) as s:
    for n in range(4):
        s.add(Note(body=f"af{n}"))
        print(s.scalar(select(func.count()).select_from(Note)))  #! unbatched_writes confirmed - 4
    s.rollback()

# %% updates, a commit each
with Session(engine) as s:
    for note in s.scalars(select(Note).where(Note.id < 5)).all():
        note.body += "!"  #! n_plus_one confirmed Note.body 3
        s.commit()  #! unbatched_writes confirmed - 4

# %% updates, one commit
with Session(engine) as s:
    for note in s.scalars(select(Note).where(Note.id < 5)).all():
        note.body += "!"
    s.commit()

# %% deletes with a flush each
with Session(engine) as s:
    for note in s.scalars(select(Note).where(Note.id > 10)).all()[:5]:
        s.delete(note)
        s.flush()  #! unbatched_writes confirmed - 5
    s.commit()

# %% two flushes are no loop
with Session(engine) as s:
    s.add(Note(body="a"))
    s.flush()
    s.add(Note(body="b"))
    s.flush()
    s.rollback()

# %% flushes with a batch each
with Session(engine) as s:
    for n in range(4):
        s.add_all([Note(body="a"), Note(body="b"), Note(body="c")])
        s.flush()
    s.rollback()

# %% parent and child each time
with Session(engine) as s:
    for n in range(4):
        s.add(Album(title="t", year=1, artist_id=1, tracks=[Track(title="k", seconds=1)]))
        s.flush()  #! unbatched_writes confirmed - 4
    s.rollback()

# %% inserts executed one by one
with Session(engine) as s:
    for n in range(4):
        s.execute(insert(Note).values(body=f"v{n}"))  #! unbatched_writes suspected - 4
    s.rollback()

# %% inserts by Core, one by one
with engine.begin() as c:
    for n in range(4):
        c.execute(insert(Note.__table__), {"body": f"v{n}"})  #! unbatched_writes suspected - 4

# %% executemany
with engine.begin() as c:
    c.execute(insert(Note.__table__), [{"body": f"v{n}"} for n in range(4)])

# %% updates executed one by one
with Session(engine) as s:
    for n in range(1, 5):
        s.execute(update(Note).where(Note.id == n).values(body="u"))  #! unbatched_writes suspected - 4
    s.commit()

# %% deletes executed one by one
with Session(engine) as s:
    for n in range(11, 16):
        s.execute(delete(Note).where(Note.id == n))  #! unbatched_writes suspected - 5
    s.commit()

# %% bulk updates of many rows each
with Session(engine) as s:
    for n in (1, 2, 3):
        s.execute(update(Track).where(Track.album_id == n).values(seconds=Track.seconds + 1))
    s.rollback()

# %% while with a batch at a time
with Session(engine) as s:
    ids = list(range(1, 13))
    while ids:
        batch, ids = ids[:4], ids[4:]
        s.execute(insert(Note), [{"body": "z"} for _ in batch])
    s.rollback()

# %% savepoint each
with Session(engine) as s:
    for n in range(4):
        with s.begin_nested():  #! unbatched_writes confirmed - 4
            s.add(Note(body="sp"))
    s.rollback()

# %% the same question twice
with Session(engine) as s:
    first = s.scalars(select(Label).order_by(Label.name)).all()
    again = s.scalars(select(Label).order_by(Label.name)).all()  #! duplicate confirmed - 2

# %% the same question after a write to its table
with Session(engine) as s:
    first = s.scalars(select(Note).order_by(Note.body)).all()
    s.execute(update(Note).values(body="same"))
    again = s.scalars(select(Note).order_by(Note.body)).all()
    s.rollback()

# %% after a bulk write to another table
with Session(engine) as s:
    first = s.scalars(select(Label).order_by(Label.id)).all()
    s.execute(update(Note).values(body="other"))
    again = s.scalars(select(Label).order_by(Label.id)).all()  #! duplicate confirmed - 2
    s.rollback()

# %% across the rollback of a write
with Session(engine) as s:
    s.execute(update(Note).values(body="gone"))
    first = s.scalar(select(func.max(Note.body)))
    s.rollback()
    again = s.scalar(select(func.max(Note.body)))

# %% across a rollback without a write
with Session(engine) as s:
    first = s.scalar(select(func.max(Note.id)))
    s.rollback()
    again = s.scalar(select(func.max(Note.id)))  #! duplicate confirmed - 2

# %% across the rollback to a savepoint
with Session(engine) as s:
    with s.begin_nested() as sp:
        s.add(Note(body="sv"))
        s.flush()
        first = s.scalar(select(func.count(Note.id)))
        sp.rollback()
    again = s.scalar(select(func.count(Note.id)))
    s.rollback()

# %% across a commit
with Session(engine) as s:
    first = s.scalar(select(func.min(Note.id)))
    s.commit()
    again = s.scalar(select(func.min(Note.id)))  #! duplicate confirmed - 2

# %% flush in between writes the table
with Session(engine) as s:
    first = s.scalar(select(func.count()).select_from(Note))
    s.add(Note(body="new"))
    again = s.scalar(select(func.count()).select_from(Note))
    s.rollback()

# %% the same in a helper, two lines
def label_names(s):
    return [l.name for l in s.scalars(select(Label))]  #! duplicate confirmed - 3


with Session(engine) as s:
    print(label_names(s), label_names(s))
    print(label_names(s))

# %% other parameters
with Session(engine) as s:
    print(s.scalars(select(Label).where(Label.name == "L1")).all())
    print(s.scalars(select(Label).where(Label.name == "L2")).all())

# %% a question in a loop that does not change
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 5)).all():
        total = s.scalar(select(func.count()).select_from(Label))  #! duplicate confirmed - 4

# %% chance
with Session(engine) as s:
    print(s.scalar(select(func.random())), s.scalar(select(func.random())))

# %% get of what is not there, twice
with Session(engine) as s:
    print(s.get(Label, 99))
    print(s.get(Label, 99))  #! duplicate confirmed - 2

# %% raw SQL twice
with engine.connect() as c:
    c.execute(text("SELECT name FROM labels WHERE id = :n"), {"n": 1}).all()
    c.execute(text("SELECT name FROM labels WHERE id = :n"), {"n": 1}).all()  #! duplicate confirmed - 2
