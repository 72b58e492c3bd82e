#@ music
# %% raw SQL by key in a loop
with engine.connect() as c:
    for n in (1, 2, 3, 4):
        c.execute(text("select title from albums where artist_id = :a"), {"a": n}).all()  #! n_plus_one suspected - 4

# %% raw SQL with the key in the text
with engine.connect() as c:
    for n in (1, 2, 3, 4):
        c.execute(text(f"SELECT title FROM albums WHERE artist_id = {n}")).all()  #! n_plus_one suspected - 4

# %% exec_driver_sql
with engine.connect() as c:
    for n in (1, 2, 3, 4):
        c.exec_driver_sql("SELECT title FROM albums AS a WHERE a.artist_id = ?", (n,)).all()  #! n_plus_one suspected - 4

# %% two shapes from one line, each too few
with engine.connect() as c:
    for sql in ("SELECT title FROM albums WHERE artist_id = 1", "SELECT title FROM albums WHERE id = 1"):
        c.exec_driver_sql(sql).all()

# %% two tables by turns from one line
with engine.connect() as c:
    for n in (1, 2, 3):
        for table in ("albums", "artists"):
            c.exec_driver_sql(f"SELECT * FROM {table} WHERE id = {n}").all()  #! n_plus_one suspected - 3  #! n_plus_one suspected - 3

# %% raw insert in a loop
with engine.begin() as c:
    for n in range(3):
        c.exec_driver_sql("INSERT INTO notes (body) VALUES (?)", (f"r{n}",))  #! unbatched_writes suspected - 3

# %% raw insert, many at once
with engine.begin() as c:
    c.exec_driver_sql("INSERT INTO notes (body) VALUES (?)", [("a",), ("b",), ("c",)])

# %% comments and case are one shape
with engine.connect() as c:
    for n, sql in enumerate(["SELECT body FROM notes WHERE id = 1", "select body from notes /* x */ where id = 2", "SELECT body FROM notes -- y\nWHERE id = 3"]):
        c.exec_driver_sql(sql).all()  #! n_plus_one suspected - 3

# %% IS NULL is none of = ?
with engine.connect() as c:
    for sql in ("SELECT id FROM nodes WHERE parent_id = 1", "SELECT id FROM nodes WHERE parent_id = 2", "SELECT id FROM nodes WHERE parent_id IS NULL"):
        c.exec_driver_sql(sql).all()

# %% BETWEEN pages
with engine.connect() as c:
    for at in range(0, 30, 10):
        c.exec_driver_sql("SELECT * FROM tracks WHERE id BETWEEN ? AND ?", (at, at + 9)).all()

# %% composite key, raw
with engine.connect() as c:
    for h, n in itertools.product("AB", (1, 2)):
        c.execute(text("SELECT * FROM seats WHERE hall = :h AND number = :n"), {"h": h, "n": n}).all()  #! n_plus_one suspected - 4

# %% row values, raw
with engine.connect() as c:
    for h, n in itertools.product("AB", (1, 2)):
        c.execute(text("SELECT * FROM seats WHERE (hall, number) = (:h, :n)"), {"h": h, "n": n}).all()  #! n_plus_one suspected - 4

# %% keyset by a row of values
with Session(engine) as s:
    last = (0, 0)
    for _ in range(4):
        rows = s.scalars(select(Album).where(tuple_(Album.year, Album.id) > last).order_by(Album.year, Album.id).limit(5)).all()
        last = (rows[-1].year, rows[-1].id)

# %% cross join in raw SQL, with a comma
with engine.connect() as c:
    c.exec_driver_sql("SELECT count(*) FROM labels, genres").all()  #! cartesian_product suspected - 1

# %% joined by USING
with engine.connect() as c:
    c.exec_driver_sql("SELECT count(*) FROM seats JOIN bookings USING (hall, number)").all()

# %% a quoted name
with engine.connect() as c:
    for n in (1, 2, 3):
        c.exec_driver_sql('SELECT "body" FROM "notes" WHERE "id" = ?', (n,)).all()  #! n_plus_one suspected - 3

# %% subquery by key
with engine.connect() as c:
    for n in (1, 2, 3):
        c.execute(text("SELECT count(*) FROM (SELECT id FROM albums WHERE artist_id = :n) AS x"), {"n": n}).scalar()  #! n_plus_one suspected - 3

# %% a CTE by key
with engine.connect() as c:
    for n in (1, 2, 3):
        c.execute(text("WITH mine AS (SELECT id FROM albums WHERE artist_id = :n) SELECT count(*) FROM mine"), {"n": n}).scalar()  #! n_plus_one suspected - 3

# %% by LIKE: no key
with engine.connect() as c:
    for n in (1, 2, 3):
        c.execute(text("SELECT id FROM albums WHERE title LIKE :n"), {"n": f"T{n}%"}).all()

# %% from_statement by key
with Session(engine) as s:
    for n in (1, 2, 3):
        s.scalars(select(Album).from_statement(text("SELECT * FROM albums WHERE artist_id = :n").bindparams(n=n))).all()  #! n_plus_one suspected - 3

# %% session.execute of text, then lazy
with Session(engine) as s:
    for a in s.scalars(select(Artist).from_statement(text("SELECT * FROM artists WHERE id < 5"))):
        len(a.albums)  #! n_plus_one confirmed Artist.albums 4

# %% two engines: the same question to each
other = create_engine("sqlite://")
Base.metadata.create_all(other)
for e in (engine, other):
    with Session(e) as s:
        s.scalars(select(Genre)).all()

# %% two engines: lazily from the second
with Session(other) as s:
    s.add_all(Artist(name=f"o{n}", bio="", albums=[Album(title="t", year=1)]) for n in range(4))
    s.commit()
    for a in s.scalars(select(Artist)):
        len(a.albums)  #! n_plus_one confirmed Artist.albums 4

# %% write to another database leaves an answer as it was
with Session(engine) as s, Session(other) as o:
    s.scalars(select(Genre.name)).all()
    o.execute(insert(Genre), [{"name": "new"}])
    s.scalars(select(Genre.name)).all()  #! duplicate confirmed - 2
    o.rollback()

# %% write to the same database by another session
with Session(engine) as s:
    s.scalars(select(Genre.name)).all()
    s.commit()
    with Session(engine) as o:
        o.execute(insert(Genre), [{"name": "new"}])
        o.commit()
    s.scalars(select(Genre.name)).all()

# %% an update that changes another table
with Session(engine) as s:
    s.scalars(select(Genre.name)).all()
    s.execute(update(Note).where(Note.id == 1).values(body="?"))
    s.scalars(select(Genre.name)).all()  #! duplicate confirmed - 2
    s.rollback()

# %% three times the same, two different lines
with Session(engine) as s:
    s.scalars(select(Genre.name).order_by(Genre.id)).all()
    for _ in range(2):
        s.scalars(select(Genre.name).order_by(Genre.id)).all()  #! duplicate confirmed - 3

# %% a lazy to-one that gives None, each time anew
with Session(engine) as s:
    for n in s.scalars(select(Node).where(Node.id == 1)):
        print(n.parent, n.parent)

# %% the same collection, expired in between, of one owner
with Session(engine) as s:
    a = s.get(Artist, 1)
    print(len(a.albums))
    s.expire(a, ["albums"])
    print(len(a.albums))  #! duplicate confirmed Artist.albums 2

# %% the same get after expunge
with Session(engine) as s:
    a = s.get(Artist, 2)
    s.expunge(a)
    s.get(Artist, 2)  #! duplicate confirmed - 2

# %% the same in two sessions
for _ in range(2):
    with Session(engine) as s:
        s.scalars(select(Seat.colour).distinct()).all()  #! duplicate confirmed - 2

# %% unread after a crash inside the cell
with Session(engine) as s:
    try:
        rows = s.scalars(select(Label).options(selectinload(Label.artists))).all()  #! unused_eager_load confirmed Label.artists 1
        raise RuntimeError("stop")
    except RuntimeError:
        pass

# %% contains_eager, unread
with Session(engine) as s:
    q = select(Album).join(Album.artist).options(contains_eager(Album.artist)).where(Artist.id < 4)
    print([b.title for b in s.scalars(q)])  #! unused_eager_load confirmed Album.artist 1

# %% joined and filtered by hand, with the same relationship lazily
with Session(engine) as s:
    q = select(Album).join(Album.artist).where(Artist.id < 4)
    print([b.artist.name for b in s.scalars(q)])  #! n_plus_one confirmed Album.artist 3

# %% selectin over what is loaded is sent again
with Session(engine) as s:
    one = s.scalars(select(Label).options(selectinload(Label.artists))).all()
    two = s.scalars(select(Label).options(selectinload(Label.artists)).where(Label.id > 0)).all()  #! duplicate confirmed Label.artists 2
    print(sum(len(l.artists) for l in two))

# %% joined with many rows, but each parent few
with Session(engine) as s:
    print(sum(len(b.awards) for b in s.scalars(select(Album).options(joinedload(Album.awards))).unique()))

# %% join that multiplies without loading
with Session(engine) as s:
    print(len(s.scalars(select(Label).join(Label.artists).join(Artist.albums)).unique().all()))

# %% first() of a joined collection
with Session(engine) as s:
    b = s.scalars(select(Album).options(joinedload(Album.tracks)).where(Album.id == 2)).unique().first()
    print(len(b.tracks))

# %% contains_eager with offset
with Session(engine) as s:
    q = select(Artist).join(Artist.albums).options(contains_eager(Artist.albums)).order_by(Artist.id).limit(6).offset(6)
    print([len(a.albums) for a in s.scalars(q).unique()])  #! page_of_rows confirmed Artist.albums 1

# %% contains_eager one row each: the limit cuts
with Session(engine) as s:
    q = select(Artist).join(Artist.profile).options(contains_eager(Artist.profile)).order_by(Artist.id).limit(3)
    print([a.profile.site for a in s.scalars(q)])

# %% rows of two entities and a limit
with Session(engine) as s:
    print(len(s.execute(select(Artist, Album).join(Artist.albums).limit(5)).all()))
