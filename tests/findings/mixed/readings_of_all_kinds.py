#@ music
# %% dict comprehension
with Session(engine) as s:
    d = {a.name: [x.title for x in a.albums] for a in s.scalars(select(Artist))}  #! n_plus_one confirmed Artist.albums 12

# %% sorted with key
with Session(engine) as s:
    artists = s.scalars(select(Artist)).all()
    print([a.id for a in sorted(artists, key=lambda a: len(a.albums))])  #! n_plus_one confirmed Artist.albums 12

# %% any short circuits at the first
with Session(engine) as s:
    print(any(a.albums for a in s.scalars(select(Artist)).all()))

# %% all goes over all
with Session(engine) as s:
    print(all(a.albums for a in s.scalars(select(Artist)).all()))  #! n_plus_one confirmed Artist.albums 12

# %% f-strings
with Session(engine) as s:
    text_ = "\n".join(f"{a.name}: {len(a.albums)} albums, {', '.join(g.name for g in a.genres)}" for a in s.scalars(select(Artist)).all())  #! n_plus_one confirmed Artist.albums 12  #! n_plus_one confirmed Artist.genres 12

# %% K of N to-one: three labels for twelve artists
with Session(engine) as s:
    for a in s.scalars(select(Artist)):
        print(a.label.name)  #! n_plus_one confirmed Artist.label 3

# %% to-one with the labels in the session
with Session(engine) as s:
    labels = s.scalars(select(Label)).all()
    print({a.label.name for a in s.scalars(select(Artist))})

# %% to-one, labels not kept: the identity map is weak
with Session(engine) as s:
    s.scalars(select(Label)).all()
    print({a.label_id for a in s.scalars(select(Artist))})

# %% one-to-one from the side without the key: always SQL
with Session(engine) as s:
    print([a.profile.site if a.profile else None for a in s.scalars(select(Artist))])  #! n_plus_one confirmed Artist.profile 12

# %% one-to-one from the side with the key
with Session(engine) as s:
    print([p.artist.name for p in s.scalars(select(Profile))])  #! n_plus_one confirmed Profile.artist 6

# %% many-to-many
with Session(engine) as s:
    counts = Counter(g.name for a in s.scalars(select(Artist)).all() for g in a.genres)  #! n_plus_one confirmed Artist.genres 12

# %% three levels in one comprehension
with Session(engine) as s:
    print(sum(t.seconds for a in s.scalars(select(Artist).where(Artist.id <= 3)).all() for b in a.albums for t in b.tracks))  #! n_plus_one confirmed Artist.albums 3  #! n_plus_one confirmed Album.tracks 9

# %% three levels, a line each
with Session(engine) as s:
    for l in s.scalars(select(Label)).all():
        for a in l.artists:  #! n_plus_one confirmed Label.artists 3
            for b in a.albums:  #! n_plus_one confirmed Artist.albums 12
                for t in b.tracks:  #! n_plus_one confirmed Album.tracks 36
                    pass

# %% two owners
with Session(engine) as s:
    for a in s.scalars(select(Artist).limit(2)):
        print(len(a.albums))  #! n_plus_one suspected Artist.albums 2

# %% one owner
with Session(engine) as s:
    for a in s.scalars(select(Artist).limit(1)):
        print(len(a.albums))

# %% twice the same line for the same owners
with Session(engine) as s:
    artists = s.scalars(select(Artist).where(Artist.id < 6)).all()
    for _ in range(3):
        for a in artists:
            len(a.albums)  #! n_plus_one confirmed Artist.albums 5

# %% two lines
with Session(engine) as s:
    artists = s.scalars(select(Artist)).all()
    for a in artists[:6]:
        len(a.albums)  #! n_plus_one confirmed Artist.albums 6
    for a in artists:
        len(a.albums)  #! n_plus_one confirmed Artist.albums 6

# %% map and a function
def titles(artist):
    return [b.title for b in artist.albums]  #! n_plus_one confirmed Artist.albums 12  #! n_plus_one confirmed Artist.albums 4


with Session(engine) as s:
    print(len(list(map(titles, s.scalars(select(Artist)).all()))))

# %% the same function from another cell
with Session(engine) as s:
    print(len([titles(a) for a in s.scalars(select(Artist).where(Artist.label_id == 1))]))

# %% generator that lazily reads
def lengths(albums):
    for album in albums:
        yield album.id, len(album.tracks)  #! n_plus_one confirmed Album.tracks 36


with Session(engine) as s:
    print(dict(lengths(s.scalars(select(Album)))))

# %% itertools.islice over a generator: only five asked
with Session(engine) as s:
    lens = (len(b.awards) for b in s.scalars(select(Album)).all())  #! n_plus_one confirmed Album.awards 5
    print(list(itertools.islice(lens, 5)))

# %% while with pop
with Session(engine) as s:
    todo = list(s.scalars(select(Artist)))
    while todo:
        a = todo.pop()
        print(len(a.genres))  #! n_plus_one confirmed Artist.genres 12

# %% recursion down a tree
def walk(node, depth=0):
    return [node.name] + [x for child in node.children for x in walk(child, depth + 1)]  #! n_plus_one confirmed Node.children 13


with Session(engine) as s:
    print(walk(s.get(Node, 1)))

# %% recursion up a tree, each parent once
def path(node):
    return (path(node.parent) if node.parent else []) + [node.name]  #! n_plus_one confirmed Node.parent 4


with Session(engine) as s:
    print([path(n) for n in s.scalars(select(Node).where(Node.id > 4))])

# %% a chain of one up the tree
with Session(engine) as s:
    n = s.get(Node, 13)
    while n.parent is not None:  #! n_plus_one suspected Node.parent 2
        n = n.parent

# %% deferred column in a loop
with Session(engine) as s:
    print(sum(len(a.bio) for a in s.scalars(select(Artist))))  #! n_plus_one confirmed Artist.bio 12

# %% deferred column, undeferred
with Session(engine) as s:
    print(sum(len(a.bio) for a in s.scalars(select(Artist).options(undefer(Artist.bio)))))

# %% load_only and another column
with Session(engine) as s:
    for b in s.scalars(select(Album).options(load_only(Album.title)).where(Album.id < 5)):
        print(b.year)  #! n_plus_one confirmed Album.year 4

# %% expired after a commit within the loop
with Session(engine) as s:
    artists = s.scalars(select(Artist).where(Artist.id < 5)).all()
    s.commit()
    for a in artists:
        print(a.name)  #! n_plus_one confirmed Artist.name 4

# %% expire_all and a relationship
with Session(engine) as s:
    artists = s.scalars(select(Artist).options(selectinload(Artist.albums)).where(Artist.id < 5)).all()
    print(sum(len(a.albums) for a in artists))
    s.expire_all()
    for a in artists:
        print(len(a.albums))  #! n_plus_one confirmed Artist.albums 4  #! n_plus_one confirmed Artist.id 4

# %% refresh in a loop
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 6)).all():
        s.refresh(a)  #! n_plus_one confirmed - 5

# %% refresh of a relationship
with Session(engine) as s:
    for a in s.scalars(select(Artist).where(Artist.id < 6)).all():
        s.refresh(a, ["albums"])  #! n_plus_one confirmed Artist.albums 5
        len(a.albums)

# %% immediateload
with Session(engine) as s:
    for a in s.scalars(select(Artist).options(immediateload(Artist.albums))).all():  #! n_plus_one confirmed Artist.albums 12
        len(a.albums)

# %% selectin for one owner at a time
with Session(engine) as s:
    for n in range(1, 6):
        a = s.scalars(select(Artist).where(Artist.id == n).options(selectinload(Artist.albums))).one()  #! n_plus_one suspected - 5  #! n_plus_one confirmed Artist.albums 5
        len(a.albums)

# %% selectin for one owner once
with Session(engine) as s:
    a = s.scalars(select(Artist).where(Artist.id == 3).options(selectinload(Artist.albums))).one()
    len(a.albums)

# %% get in a loop
with Session(engine) as s:
    print([s.get(Artist, n).name for n in (1, 5, 9, 2)])  #! n_plus_one suspected - 4

# %% get from the identity map
with Session(engine) as s:
    kept = s.scalars(select(Artist)).all()
    print([s.get(Artist, n).name for n in (1, 5, 9, 2)])

# %% two owners by get
with Session(engine) as s:
    print([s.get(Artist, n).name for n in (1, 5)])

# %% get with a composite key
with Session(engine) as s:
    print([s.get(Seat, (h, n)).colour for h in "AB" for n in (1, 2)])  #! n_plus_one suspected - 4

# %% lazy over a composite foreign key, to-many
with Session(engine) as s:
    for seat in s.scalars(select(Seat)):
        print([b.guest for b in seat.bookings])  #! n_plus_one confirmed Seat.bookings 12

# %% lazy over a composite foreign key, to-one
with Session(engine) as s:
    for b in s.scalars(select(Booking)):
        print(b.seat.colour)  #! n_plus_one confirmed Booking.seat 12

# %% select by a composite key in a loop
with Session(engine) as s:
    for h in "AB":
        for n in (1, 2, 3):
            print(s.scalars(select(Booking).where(Booking.hall == h, Booking.number == n)).all())  #! n_plus_one suspected - 6

# %% select by tuple_ in a loop
with Session(engine) as s:
    for h in "AB":
        for n in (1, 2, 3):
            print(s.scalars(select(Booking).where(tuple_(Booking.hall, Booking.number) == (h, n))).all())  #! n_plus_one suspected - 6

# %% select by tuple_ in of one in a loop
with Session(engine) as s:
    for h in "AB":
        for n in (1, 2, 3):
            print(s.scalars(select(Booking).where(tuple_(Booking.hall, Booking.number).in_([(h, n)]))).all())  #! n_plus_one suspected - 6

# %% batches of tuple_ in
with Session(engine) as s:
    for h in "ABC":
        print(s.scalars(select(Booking).where(tuple_(Booking.hall, Booking.number).in_([(h, n) for n in (1, 2, 3)]))).all())

# %% count in a loop
with Session(engine) as s:
    for a in s.scalars(select(Artist)).all():
        print(s.scalar(select(func.count()).select_from(Album).where(Album.artist_id == a.id)))  #! n_plus_one suspected - 12

# %% exists in a loop
with Session(engine) as s:
    for a in s.scalars(select(Artist)).all():
        print(s.scalar(select(exists().where(Album.artist_id == a.id))))  #! n_plus_one suspected - 12

# %% a page by keyset in a loop
with Session(engine) as s:
    last = 0
    while rows := s.scalars(select(Album).where(Album.id > last).order_by(Album.id).limit(10)).all():
        last = rows[-1].id

# %% offset pages
with Session(engine) as s:
    for page in range(4):
        s.scalars(select(Album).order_by(Album.id).limit(10).offset(page * 10)).all()

# %% chunks of in_
with Session(engine) as s:
    ids = list(range(1, 37))
    for at in range(0, 36, 12):
        s.scalars(select(Track).where(Track.album_id.in_(ids[at:at + 12]))).all()

# %% in_ of one key at a time
with Session(engine) as s:
    for n in range(1, 6):
        s.scalars(select(Track).where(Track.album_id.in_([n]))).all()  #! n_plus_one suspected - 5

# %% dynamic collections in a loop
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 7)).all():
        print(len(b.plays.all()))  #! n_plus_one confirmed Album.plays 6

# %% iterated dynamic collections
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 7)).all():
        print([p.day for p in b.plays])  #! n_plus_one confirmed Album.plays 6

# %% dynamic, filtered and counted
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 7)).all():
        print(b.plays.filter(Play.day > 2).count())  #! n_plus_one confirmed Album.plays 6

# %% one dynamic collection
with Session(engine) as s:
    b = s.get(Album, 1)
    print(b.plays.count(), b.plays.all())

# %% write-only collections, selected owner by owner
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 7)).all():
        print(sum(x.price for x in s.scalars(b.sales.select())))  #! n_plus_one confirmed Album.sales 6

# %% write-only, with more criteria
with Session(engine) as s:
    for b in s.scalars(select(Album).where(Album.id < 7)).all():
        print(len(s.scalars(b.sales.select().where(Sale.price > 3).order_by(Sale.id)).all()))  #! n_plus_one confirmed Album.sales 6

# %% one write-only collection
with Session(engine) as s:
    b = s.get(Album, 1)
    print(s.scalars(b.sales.select()).all())
