#@ music
# %% a serializer that knows nothing of the query
def dump(album, depth=1):
    d = {"title": album.title}
    if depth:
        d["artist"] = album.artist.name  #! n_plus_one confirmed Album.artist 12
        d["tracks"] = [t.title for t in album.tracks]  #! n_plus_one confirmed Album.tracks 36
    return d


with Session(engine) as s:
    print(len([dump(b) for b in s.scalars(select(Album))]))

# %% functools.reduce
with Session(engine) as s:
    total = functools.reduce(lambda acc, b: acc + len(b.tracks), s.scalars(select(Album).where(Album.id < 9)).all(), 0)  #! n_plus_one confirmed Album.tracks 8

# %% groupby on a relationship
with Session(engine) as s:
    albums = s.scalars(select(Album).order_by(Album.artist_id)).all()
    print({k: len(list(g)) for k, g in itertools.groupby(albums, key=lambda b: b.artist.name)})  #! n_plus_one confirmed Album.artist 12

# %% defaultdict by a to-one
with Session(engine) as s:
    by = defaultdict(list)
    for b in s.scalars(select(Album).where(Album.id <= 9)):
        by[b.artist].append(b.title)  #! n_plus_one confirmed Album.artist 3

# %% match and walrus
with Session(engine) as s:
    for a in s.scalars(select(Artist)):
        if (n := len(a.albums)) > 2:  #! n_plus_one confirmed Artist.albums 12
            print(n)

# %% filter() with a lambda over objects
with Session(engine) as s:
    print(len(list(filter(lambda a: a.label.name == "L1", s.scalars(select(Artist))))))  #! n_plus_one confirmed Artist.label 3

# %% zip of two relationships on one line
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)):
        print(list(zip(b.tracks, b.awards)))  #! n_plus_one confirmed Album.tracks 4  #! n_plus_one confirmed Album.awards 4

# %% a listener that reads a relationship
seen = []


@event.listens_for(Album, "load")
def on_load(target, context):
    seen.append(target.id)


with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 6)):
        print(b.artist.name)  #! n_plus_one suspected Album.artist 2
event.remove(Album, "load", on_load)

# %% nested function with a session of its own for each
def titles_of(n):
    with Session(engine) as own:
        return [b.title for b in own.get(Artist, n).albums]  #! n_plus_one confirmed Artist.albums 4  #! n_plus_one suspected - 4


print([titles_of(n) for n in range(1, 5)])

# %% autoflush in between
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 6)).all():
        s.add(Note(body=a.name))
        print(len(a.albums))  #! n_plus_one confirmed Artist.albums 5  #! unbatched_writes confirmed - 5
    s.rollback()

# %% commit in between, not expiring
with Session(engine, expire_on_commit=False) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 6)).all():
        print(len(a.albums))  #! n_plus_one confirmed Artist.albums 5
        s.commit()

# %% other statements in between
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 5)).all():
        print(len(a.albums))  #! n_plus_one confirmed Artist.albums 4
        print(s.scalar(select(func.count()).select_from(Track).where(Track.seconds > a.id)))

# %% one parent read by many children: once
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.artist_id == 1)):
        print(b.artist.name)

# %% K of N with some None
with Session(engine) as s:
    for n in s.scalars(select(Node)):
        print(n.parent.name if n.parent else "-")

# %% K of N where the rest is not kept
with Session(engine) as s:
    print([s_.album.title for s_ in s.scalars(select(Track).where(Track.album_id < 5))])  #! n_plus_one confirmed Track.album 4

# %% joined by the mapping's option at the query, deeper lazily
with Session(engine) as s:
    for t in s.scalars(select(Track).options(joinedload(Track.album)).where(Track.album_id < 10)):
        print(t.album.artist.name)  #! n_plus_one confirmed Album.artist 3

# %% contains_eager, deeper lazily
with Session(engine) as s:
    q = select(Album).join(Album.artist).options(contains_eager(Album.artist)).where(Artist.id < 4)
    for b in s.scalars(q):
        print(len(b.artist.genres))  #! n_plus_one confirmed Artist.genres 3

# %% selectin for the first level, lazily for the second
with Session(engine) as s:
    for a in s.scalars(select(Artist).options(selectinload(Artist.albums)).where(Artist.id < 4)):
        for b in a.albums:
            print(len(b.tracks))  #! n_plus_one confirmed Album.tracks 9

# %% aliased self-referential
with Session(engine) as s:
    top = aliased(Node, name="top")
    for n in s.scalars(select(top).where(top.parent_id == 1)):
        print(len(n.children))  #! n_plus_one confirmed Node.children 3

# %% self-referential selectin, two levels
with Session(engine) as s:
    root = s.scalars(select(Node).where(Node.id == 1).options(selectinload(Node.children, recursion_depth=2))).one()
    print(sum(len(n.children) for n in root.children))

# %% selectin by chunks is no loop
with Session(engine) as s:
    for part in itertools.batched(range(1, 37), 12):
        for b in s.scalars(select(Album).where(Album.id.in_(part)).options(selectinload(Album.tracks))):
            len(b.tracks)

# %% yield_per with selectin: one batch each
with Session(engine) as s:
    for b in s.scalars(select(Album).options(selectinload(Album.tracks)).execution_options(yield_per=10)):
        len(b.tracks)

# %% partitions
with Session(engine) as s:
    for part in s.scalars(select(Album).execution_options(yield_per=12)).partitions():
        print([len(b.awards) for b in part])  #! n_plus_one confirmed Album.awards 36

# %% raiseload is no SQL
with Session(engine) as s:
    for b in s.scalars(select(Album).options(raiseload(Album.tracks)).where(Album.id < 4)):
        try:
            b.tracks
        except Exception as e:
            print(type(e).__name__)

# %% noload
with Session(engine) as s:
    print([b.tracks for b in s.scalars(select(Album).options(noload(Album.tracks)).where(Album.id < 4))])

# %% Query API
with Session(engine) as s:
    for a in s.query(Artist).filter(Artist.id < 5):
        print(len(a.albums))  #! n_plus_one confirmed Artist.albums 4

# %% Query.get in a loop by filter_by
with Session(engine) as s:
    for n in (1, 2, 3):
        print(s.query(Artist).filter_by(id=n).one().name)  #! n_plus_one suspected - 3

# %% Query API with options
with Session(engine) as s:
    print([len(a.albums) for a in s.query(Artist).options(selectinload(Artist.albums))])

# %% rows of columns: nothing to load
with Session(engine) as s:
    print([(n, t) for n, t in s.execute(select(Artist.name, Album.title).join(Artist.albums))])

# %% rows with an entity each
with Session(engine) as s:
    for a, n in s.execute(select(Artist, func.count(Album.id)).join(Artist.albums).group_by(Artist.id)):
        print(a.label.name, n)  #! n_plus_one confirmed Artist.label 3

# %% a subquery in a loop by two keys
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 5)).all():
        print(s.scalar(select(func.max(Track.seconds)).join(Track.album).where(Album.artist_id == a.id)))  #! n_plus_one suspected - 4

# %% the first of each, ordered and limited
with Session(engine) as s:
    for n in range(1, 6):
        print(s.scalars(select(Album).where(Album.artist_id == n).order_by(Album.year).limit(1)).first().title)  #! n_plus_one suspected - 5

# %% comparison with an object
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 5)).all():
        print(len(s.scalars(select(Album).where(Album.artist == a)).all()))  #! n_plus_one suspected - 4

# %% memo
@functools.lru_cache
def label_name(n):
    with Session(engine) as own:
        return own.get(Label, n).name  #! n_plus_one suspected - 3


with Session(engine) as s:
    print([label_name(a.label_id) for a in s.scalars(select(Artist))])

# %% try/except around each
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 5)):
        try:
            a.albums[7]  #! n_plus_one confirmed Artist.albums 4
        except IndexError:
            pass

# %% getattr by names
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 5)):
        print({k: len(getattr(b, k)) for k in ("tracks", "awards")})  #! n_plus_one confirmed Album.tracks 4  #! n_plus_one confirmed Album.awards 4

# %% session.refresh of two
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 3)).all():
        s.refresh(a)  #! n_plus_one suspected - 2

# %% expire each, read each
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 5)).all():
        s.expire(a)
        print(a.name)  #! n_plus_one confirmed Artist.name 4

# %% merge in a loop
with Session(engine) as s:
    for n in range(1, 5):
        s.merge(Genre(id=n, name=f"G{n}"))  #! n_plus_one suspected - 4
    s.rollback()

# %% scalar_subquery instead of the loop
with Session(engine) as s:
    n = select(func.count(Album.id)).where(Album.artist_id == Artist.id).scalar_subquery()
    print(s.execute(select(Artist.name, n)).all())

# %% insertmanyvalues
with Session(engine) as s:
    s.add_all([Note(body=str(n)) for n in range(50)])
    s.flush()
    s.rollback()
