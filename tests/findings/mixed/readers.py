#@ blog
# %% helper function per user
def describe(user):
    return f"{user.name}: {len(user.posts)}"  #! n_plus_one confirmed User.posts 12
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    for line in map(describe, users):
        print(line)

# %% comprehension
with Session(engine) as s:
    titles = [p.title for u in s.scalars(select(User)).all() for p in u.posts]  #! n_plus_one confirmed User.posts 12
    print(len(titles))

# %% sorted by len
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    ranked = sorted(users, key=lambda u: len(u.comments), reverse=True)  #! n_plus_one confirmed User.comments 12
    print(ranked[0].name)

# %% dict building
with Session(engine) as s:
    by_name = {u.name: [b.label for b in u.badges] for u in s.scalars(select(User))}  #! n_plus_one confirmed User.badges 12
    print(json.dumps({k: sorted(v) for k, v in by_name.items()})[:40])

# %% if truthiness
with Session(engine) as s:
    n = 0
    for user in s.scalars(select(User).order_by(User.name)):
        if user.reports:  #! n_plus_one confirmed User.reports 12
            n += 1
    print(n)

# %% max over generator
with Session(engine) as s:
    users = s.query(User).all()
    print(max(len(u.posts) for u in users), min(len(u.comments) for u in users))  #! n_plus_one confirmed User.comments 12  #! n_plus_one confirmed User.posts 12

# %% any / all / filter
with Session(engine) as s:
    users = s.query(User).filter(User.id <= 6).all()
    print(all(u.badges for u in users))  #! n_plus_one confirmed User.badges 6
    print(list(filter(lambda u: u.reports, users)))  #! n_plus_one confirmed User.reports 6

# %% to one names in a format string
with Session(engine) as s:
    for post in s.scalars(select(Post).order_by(Post.id)):
        print(f"{post.title} by {post.user.name}")  #! n_plus_one confirmed Post.user 12

# %% percent and str.format
with Session(engine) as s:
    for c in s.scalars(select(Comment).where(Comment.id <= 20)):
        print("%s on %s" % (c.text, c.post.title))  #! n_plus_one confirmed Comment.post 7

# %% manager chain by property of the class
with Session(engine) as s:
    names = [u.manager_name for u in s.scalars(select(User))]

# %% nested three levels
with Session(engine) as s:
    total = 0
    for u in s.scalars(select(User).where(User.id <= 4)):
        for p in u.posts:  #! n_plus_one confirmed User.posts 4
            for c in p.comments:  #! n_plus_one confirmed Post.comments 12
                total += len(c.text)
            for t in p.tags:  #! n_plus_one confirmed Post.tags 12
                total += 1
    print(total)

# %% generator function
def walk(session):
    for u in session.scalars(select(User)):
        yield u, u.profile  #! n_plus_one confirmed User.profile 12
with Session(engine) as s:
    print(sum(1 for _ in walk(s)))

# %% while with an index
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    i = 0
    while i < len(users):
        print(users[i].profile.city)  #! n_plus_one confirmed User.profile 12
        i += 1

# %% recursion over a tree
def count(user):
    return 1 + sum(count(r) for r in user.reports)  #! n_plus_one confirmed User.reports 12
with Session(engine) as s:
    print(count(s.get(User, 1)))

# %% up the tree
with Session(engine) as s:
    u = s.get(User, 12)
    while u.manager is not None:  #! n_plus_one suspected User.manager 2
        u = u.manager

# %% association object both ends
with Session(engine) as s:
    for c in s.scalars(select(Comment).where(Comment.post_id == 1)):
        print(c.user.name, c.post.title)  #! n_plus_one confirmed Comment.user 3

# %% m2m from the other side
with Session(engine) as s:
    print({t.name: len(t.posts) for t in s.scalars(select(Tag))})  #! n_plus_one confirmed Tag.posts 5

# %% print in try
with Session(engine) as s:
    for u in s.scalars(select(User)):
        try:
            if not u.posts:  #! n_plus_one confirmed User.posts 12
                raise ValueError(u.name)
            if u.id == 3:
                raise KeyError(u.id)
        except KeyError as e:
            print("key", e)

# %% read twice, second is free
with Session(engine) as s:
    for u in s.scalars(select(User).where(User.id < 5)):
        n = len(u.posts)  #! n_plus_one confirmed User.posts 4
        print(n, u.posts[0].title)

# %% defaultdict by to-one
with Session(engine) as s:
    groups = defaultdict(list)
    for p in s.scalars(select(Post)):
        groups[p.user.name].append(p)  #! n_plus_one confirmed Post.user 12
    print(len(groups))

# %% one parent only
with Session(engine) as s:
    u = s.scalars(select(User).where(User.name == "U3")).one()
    print(len(u.posts), len(u.badges), u.profile.city, u.manager.name)

# %% already in session: to-one
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    for p in s.scalars(select(Post)):
        print(p.user.name)

# %% half in session
with Session(engine) as s:
    users = s.scalars(select(User).where(User.id <= 8)).all()
    for p in s.scalars(select(Post)):
        p.user.name  #! n_plus_one confirmed Post.user 4

# %% with selectin and read: clean
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts).selectinload(Post.comments))):
        for p in u.posts:
            len(p.comments)

# %% selectin but deeper lazy
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts))):
        for p in u.posts:
            len(p.comments)  #! n_plus_one confirmed Post.comments 36

# %% with joined and read: clean
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.profile), joinedload(User.manager))):
        print(u.profile.city, u.manager)

# %% two sessions same line
for chunk in (range(1, 4), range(4, 7)):
    with Session(engine) as s:
        for u in s.scalars(select(User).where(User.id.in_(chunk))):
            len(u.posts)  #! n_plus_one confirmed User.posts 6

# %% each owner in a session of its own
for n in range(1, 6):
    with Session(engine) as s:
        u = s.get(User, n)  #! n_plus_one suspected - 5
        len(u.posts)  #! n_plus_one confirmed User.posts 5

# %% detached raises and is caught
with Session(engine) as s:
    users = s.scalars(select(User)).all()
for u in users:
    try:
        u.posts
    except Exception as e:
        pass

# %% raiseload caught then loaded
with Session(engine) as s:
    for u in s.scalars(select(User).options(raiseload(User.posts))):
        try:
            u.posts
        except Exception:
            pass

# %% expunged objects added again
with Session(engine) as s:
    users = s.scalars(select(User).where(User.id <= 5)).all()
    s.expunge_all()
with Session(engine) as s2:
    for u in users:
        s2.add(u)
        print(len(u.posts))  #! n_plus_one confirmed User.posts 5

# %% merged objects
with Session(engine) as s:
    users = s.scalars(select(User).where(User.id <= 5)).all()
with Session(engine) as s2:
    for u in users:
        u2 = s2.merge(u)  #! n_plus_one suspected - 5
        len(u2.posts)  #! n_plus_one confirmed User.posts 5

# %% async
aengine = create_async_engine("sqlite+aiosqlite://")
async def main():
    async with aengine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    async with AsyncSession(aengine) as s:
        s.add_all([User(name=f"A{n}", posts=[Post(title="x", score=1)]) for n in range(5)])
        await s.commit()
    async with AsyncSession(aengine) as s:
        for u in (await s.scalars(select(User))).all():
            posts = await u.awaitable_attrs.posts  #! n_plus_one confirmed User.posts 5
            print(len(posts))
asyncio.run(main())

# %% dynamic filter by with_parent
with Session(engine) as s:
    for u in s.scalars(select(User)):
        s.scalars(select(Post).where(with_parent(u, User.posts))).all()  #! n_plus_one suspected - 12

# %% islice
with Session(engine) as s:
    for u in itertools.islice(s.scalars(select(User)), 4):
        len(u.badges)  #! n_plus_one confirmed User.badges 4

# %% zip and enumerate
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    posts = s.scalars(select(Post)).all()
    for i, (u, p) in enumerate(zip(users, posts)):
        print(i, u.name, len(p.comments))  #! n_plus_one confirmed Post.comments 12

# %% lambda in Counter
with Session(engine) as s:
    c = Counter(p.user.name for p in s.query(Post))  #! n_plus_one confirmed Post.user 12
    print(c.most_common(1))

# %% two owners
with Session(engine) as s:
    a, b = s.scalars(select(User).where(User.id <= 2)).all()
    for u in (a, b):
        len(u.posts)  #! n_plus_one suspected User.posts 2

# %% two relationships in one line
with Session(engine) as s:
    for u in s.scalars(select(User).where(User.id > 6)):
        print(len(u.posts) + len(u.badges))  #! n_plus_one confirmed User.badges 6  #! n_plus_one confirmed User.posts 6

# %% multi-line expression
with Session(engine) as s:
    rows = [
        {
            "name": u.name,
            "posts": [p.title for p in u.posts],  #! n_plus_one confirmed User.posts 12
            "city": u.profile.city,  #! n_plus_one confirmed User.profile 12
        }
        for u in s.scalars(select(User))
    ]
