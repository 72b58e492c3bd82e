#@ music
# %% assigned over a selectin collection: the old one was needed
with Session(engine) as s:
    for b in s.scalars(select(Album).options(selectinload(Album.awards)).where(Album.id < 6)):
        b.awards = []
    s.rollback()

# %% assigned over a joined collection
with Session(engine) as s:
    for b in s.scalars(select(Album).options(joinedload(Album.awards)).where(Album.id < 6)).unique():
        b.awards = [Award(name="x")]
    s.rollback()

# %% appended by the backref only: no load would have been
with Session(engine) as s:
    albums = s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 6)).all()  #! unused_eager_load confirmed Album.tracks 1
    for b in albums:
        Track(title="n", seconds=1, album=b)
    s.rollback()

# %% the backref's side emptied: no load would have been
with Session(engine) as s:
    albums = s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 3)).all()  #! unused_eager_load confirmed Album.tracks 1
    for t in s.scalars(select(Track).where(Track.album_id < 3)).all():
        t.album = None
    s.rollback()

# %% append reads the collection
with Session(engine) as s:
    for b in s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 6)):
        b.tracks.append(Track(title="n", seconds=1))
    s.rollback()

# %% deleted, with the collection that the cascade goes on to
with Session(engine) as s:
    for a in s.scalars(select(Artist).options(selectinload(Artist.albums).options(selectinload(Album.tracks), selectinload(Album.awards)), selectinload(Artist.genres), selectinload(Artist.profile)).where(Artist.id > 9)):
        s.delete(a)
    s.flush()
    s.rollback()

# %% deleted, keys of children to be emptied
with Session(engine) as s:
    for l in s.scalars(select(Label).options(selectinload(Label.artists)).where(Label.id == 1)):
        s.delete(l)
    s.flush()
    s.rollback()

# %% merged onto what is loaded
with Session(engine) as s:
    loaded = s.scalars(select(Album).options(selectinload(Album.awards)).where(Album.id < 3)).all()
    s.merge(Album(id=1, title="again", year=1, artist_id=1, awards=[]))
    s.rollback()

# %% a reference set over a joined one: the key is enough
with Session(engine) as s:
    other = s.get(Label, 2)
    for a in s.scalars(select(Artist).options(joinedload(Artist.label)).where(Artist.label_id == 1)):  #! unused_eager_load confirmed Artist.label 1
        a.label = other
    s.rollback()

# %% a one-to-one set over: the old one is needed at the flush
with Session(engine) as s:
    for a in s.scalars(select(Artist).options(selectinload(Artist.profile)).where(Artist.id < 4)):
        a.profile = None
    s.flush()
    s.rollback()

# %% history asked
from sqlalchemy import inspect

with Session(engine) as s:
    for b in s.scalars(select(Album).options(selectinload(Album.awards)).where(Album.id < 6)):
        print(inspect(b).attrs.awards.load_history().has_changes())

# %% history that loads nothing
with Session(engine) as s:
    for b in s.scalars(select(Album).options(selectinload(Album.awards)).where(Album.id < 6)):  #! unused_eager_load confirmed Album.awards 1
        print(inspect(b).attrs.awards.history.has_changes())

# %% flush of a changed column over an eager collection
with Session(engine) as s:
    for b in s.scalars(select(Album).options(selectinload(Album.awards)).where(Album.id < 6)):  #! unused_eager_load confirmed Album.awards 1
        b.year += 1
    s.flush()
    s.rollback()

# %% joined collection, unread, few rows
with Session(engine) as s:
    print([b.title for b in s.scalars(select(Album).options(joinedload(Album.awards)).where(Album.id < 4)).unique()])  #! unused_eager_load confirmed Album.awards 1

# %% joined collection unread, many rows: two findings
with Session(engine) as s:
    print([l.name for l in s.scalars(select(Label).options(joinedload(Label.artists).joinedload(Artist.albums))).unique()])  #! row_multiplication confirmed Label.artists 1  #! unused_eager_load confirmed Label.artists 1  #! unused_eager_load confirmed Artist.albums 1

# %% joined collection read, rows many times the objects
with Session(engine) as s:
    print([len(a.albums) for l in s.scalars(select(Label).options(joinedload(Label.artists).joinedload(Artist.albums))).unique() for a in l.artists])  #! row_multiplication confirmed Label.artists 1

# %% joined to-one: no multiplication
with Session(engine) as s:
    print([t.album.artist.name for t in s.scalars(select(Track).options(joinedload(Track.album).joinedload(Album.artist)))])

# %% joined to-one over many-to-one to many-to-one, inner unread
with Session(engine) as s:
    print([t.album.title for t in s.scalars(select(Track).options(joinedload(Track.album).joinedload(Album.artist)))])  #! unused_eager_load confirmed Album.artist 1

# %% two sibling collections joined
with Session(engine) as s:
    for b in s.scalars(select(Album).options(joinedload(Album.tracks), joinedload(Album.awards))).unique():  #! cartesian_product confirmed Album.tracks 1
        print(len(b.tracks), len(b.awards))

# %% one joined, one selectin
with Session(engine) as s:
    for b in s.scalars(select(Album).options(joinedload(Album.tracks), selectinload(Album.awards))).unique():
        print(len(b.tracks), len(b.awards))

# %% many-to-many and one-to-many joined
with Session(engine) as s:
    for a in s.scalars(select(Artist).options(joinedload(Artist.genres), joinedload(Artist.albums))).unique():  #! cartesian_product confirmed Artist.albums 1
        print(len(a.genres), len(a.albums))

# %% from without a join
with Session(engine) as s:
    print(len(s.execute(select(Label.name, Genre.name)).all()))  #! cartesian_product confirmed - 1

# %% core tables without a join
with engine.connect() as c:
    print(len(c.execute(select(Label.__table__, Genre.__table__)).all()))  #! cartesian_product confirmed - 1

# %% a cross join that is asked for
with Session(engine) as s:
    print(len(s.execute(select(Label.name, Genre.name).join(Genre, literal(True))).all()))

# %% raw SQL with two tables and nothing between
with engine.connect() as c:
    print(len(c.execute(text("SELECT l.name, g.name FROM labels l, genres g")).all()))  #! cartesian_product suspected - 1

# %% raw SQL with a condition
with engine.connect() as c:
    print(len(c.execute(text("SELECT l.name, a.name FROM labels l, artists a WHERE a.label_id = l.id")).all()))

# %% an alias that was forgotten
with Session(engine) as s:
    boss = aliased(Node)
    print(len(s.execute(select(Node.name, boss.name).where(Node.id < 5)).all()))  #! cartesian_product confirmed - 1

# %% a self join by alias
with Session(engine) as s:
    boss = aliased(Node)
    print(len(s.execute(select(Node.name, boss.name).join(boss, Node.parent_id == boss.id)).all()))

# %% filter on another class, not joined
with Session(engine) as s:
    print(len(s.scalars(select(Artist).where(Label.name == "L1")).all()))  #! cartesian_product confirmed - 1

# %% joined with limit: wrapped
with Session(engine) as s:
    print([len(b.tracks) for b in s.scalars(select(Album).options(joinedload(Album.tracks)).order_by(Album.id).limit(5)).unique()])

# %% contains_eager with limit: a page of rows
with Session(engine) as s:
    q = select(Album).join(Album.tracks).options(contains_eager(Album.tracks)).order_by(Album.id).limit(10)
    print([len(b.tracks) for b in s.scalars(q).unique()])  #! page_of_rows confirmed Album.tracks 1

# %% contains_eager with a limit over all rows
with Session(engine) as s:
    q = select(Album).join(Album.tracks).options(contains_eager(Album.tracks)).order_by(Album.id).limit(1000)
    print([len(b.tracks) for b in s.scalars(q).unique()])

# %% contains_eager of a to-one with limit
with Session(engine) as s:
    q = select(Album).join(Album.artist).options(contains_eager(Album.artist)).order_by(Album.id).limit(10)
    print([b.artist.name for b in s.scalars(q)])

# %% a join that filters, with limit: the same album comes again
with Session(engine) as s:
    q = select(Album).join(Album.tracks).where(Track.seconds > 20).order_by(Album.id).limit(10)
    print([b.id for b in s.scalars(q).unique()])  #! page_of_rows confirmed - 1

# %% the same with distinct
with Session(engine) as s:
    q = select(Album).join(Album.tracks).where(Track.seconds > 20).distinct().order_by(Album.id).limit(10)
    print([b.id for b in s.scalars(q)])

# %% selectin with limit
with Session(engine) as s:
    print([len(b.tracks) for b in s.scalars(select(Album).options(selectinload(Album.tracks)).order_by(Album.id).limit(5))])

# %% subquery loading, read
with Session(engine) as s:
    print([len(b.tracks) for b in s.scalars(select(Album).options(subqueryload(Album.tracks)).where(Album.id < 6))])

# %% subquery loading, unread
with Session(engine) as s:
    print([b.title for b in s.scalars(select(Album).options(subqueryload(Album.tracks)).where(Album.id < 6))])  #! unused_eager_load confirmed Album.tracks 1

# %% immediate, unread
with Session(engine) as s:
    print([b.title for b in s.scalars(select(Album).options(immediateload(Album.tracks)).where(Album.id < 6))])  #! n_plus_one confirmed Album.tracks 5  #! unused_eager_load confirmed Album.tracks 5

# %% selectin in chunks of 500 is one load
with Session(engine) as s:
    s.execute(insert(Note), [{"id": n, "body": "x"} for n in range(11, 1300)])
    print(len(s.scalars(select(Note)).all()))
    s.rollback()

# %% one read of many
with Session(engine) as s:
    albums = s.scalars(select(Album).options(selectinload(Album.tracks))).all()
    print(len(next(b for b in albums if b.id == 20).tracks))

# %% one read of many, joined to-one
with Session(engine) as s:
    tracks = s.scalars(select(Track).options(joinedload(Track.album))).all()
    print(tracks[0].album.title)

# %% eager load for nobody
with Session(engine) as s:
    print(s.scalars(select(Album).options(selectinload(Album.tracks), joinedload(Album.awards)).where(Album.id > 900)).unique().all())

# %% get with options, unread
with Session(engine) as s:
    print(s.get(Album, 7, options=[selectinload(Album.tracks), joinedload(Album.artist)]).title)  #! unused_eager_load confirmed Album.tracks 1  #! unused_eager_load confirmed Album.artist 1

# %% the same load twice, read once
with Session(engine) as s:
    one = s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 4)).all()
    print([len(b.tracks) for b in one])
    print(len(s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 9)).all()))  #! unused_eager_load confirmed Album.tracks 1

# %% expunged and read later
with Session(engine) as s:
    kept = s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 4)).all()
    s.expunge_all()
print(sum(len(b.tracks) for b in kept))

# %% to a dict for JSON, by walking over __dict__
with Session(engine) as s:
    rows = [
        {"id": b.id, "tracks": [t.title for t in b.__dict__["tracks"]]}
        for b in s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 4))
    ]

# %% walking by the mapper's relationships
with Session(engine) as s:
    for b in s.scalars(select(Album).options(selectinload(Album.tracks)).where(Album.id < 4)):
        for r in inspect(Album).relationships:
            if r.key in ("tracks",):
                print(len(getattr(b, r.key)))
