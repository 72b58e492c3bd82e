#@ blog
# %% selectin unread
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts))):  #! unused_eager_load confirmed User.posts 1
        print(u.name)

# %% read by len
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts))):
        len(u.posts)

# %% read by in
with Session(engine) as s:
    p = s.get(Post, 1)
    print([p in u.posts for u in s.scalars(select(User).options(selectinload(User.posts)))])

# %% read of one by slicing
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.posts))).all()
    print(us[0].posts[:1])

# %% read by getattr
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.posts))).all()
    print(len(getattr(us[3], "posts")))

# %% read by property
with Session(engine) as s:
    print([u.post_count for u in s.scalars(select(User).options(joinedload(User.posts))).unique()])

# %% mapped to-one joined, unread
with Session(engine) as s:
    for p in s.scalars(select(Post).options(joinedload(Post.user))):  #! unused_eager_load confirmed Post.user 1
        print(p.title)

# %% to-one joined, read as truth
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.manager))):
        print("boss" if u.manager is None else "")

# %% two, one unread
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts), selectinload(User.badges))):  #! unused_eager_load confirmed User.badges 1
        len(u.posts)

# %% nested, the deeper unread
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts).selectinload(Post.comments))):  #! unused_eager_load confirmed Post.comments 1
        len(u.posts)

# %% nested, both unread
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts).selectinload(Post.comments))):  #! unused_eager_load confirmed Post.comments 1  #! unused_eager_load confirmed User.posts 1
        u.name

# %% a few read
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts))):
        if u.id == 3:
            print(len(u.posts))

# %% read after close
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.posts))).all()
print(sum(len(u.posts) for u in us))

# %% loaded but no rows
with Session(engine) as s:
    for u in s.scalars(select(User).where(User.id > 99).options(selectinload(User.posts), joinedload(User.profile))):
        print(u)

# %% unread because exception caught
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.badges))):  #! unused_eager_load confirmed User.badges 1
        try:
            raise ValueError
            len(u.badges)
        except ValueError:
            pass

# %% used by a helper in another cell
def show(users):
    return [len(u.badges) for u in users]
with Session(engine) as s:
    print(show(s.scalars(select(User).options(selectinload(User.badges))).all()))

# %% subquery unread
with Session(engine) as s:
    s.scalars(select(User).options(subqueryload(User.posts))).all()  #! unused_eager_load confirmed User.posts 1

# %% immediate unread
with Session(engine) as s:
    s.scalars(select(User).options(immediateload(User.badges))).all()  #! n_plus_one confirmed User.badges 12  #! unused_eager_load confirmed User.badges 12

# %% count only
with Session(engine) as s:
    print(len(s.scalars(select(User).options(joinedload(User.badges))).unique().all()))  #! unused_eager_load confirmed User.badges 1

# %% first of a page unread
with Session(engine) as s:
    u = s.scalars(select(User).options(selectinload(User.badges)).limit(1)).first()  #! unused_eager_load confirmed User.badges 1
    print(u.name)

# %% get with an option unread
with Session(engine) as s:
    u = s.get(User, 1, options=[joinedload(User.profile)])  #! unused_eager_load confirmed User.profile 1
    print(u.name)

# %% written over without reading
with Session(engine) as s:
    p = s.get(Post, 1, options=[joinedload(Post.user)])  #! unused_eager_load confirmed Post.user 1
    p.user = s.get(User, 2)
    s.rollback()

# %% appended to
with Session(engine) as s:
    u = s.get(User, 1, options=[selectinload(User.badges)])
    u.badges.append(Badge(label="z"))
    s.rollback()

# %% used by delete cascade
with Session(engine) as s:
    p = s.get(Post, 1, options=[selectinload(Post.comments), selectinload(Post.tags)])
    s.delete(p)
    s.flush()
    s.rollback()

# %% m2m unread
with Session(engine) as s:
    for p in s.scalars(select(Post).options(selectinload(Post.tags)).limit(10)):  #! unused_eager_load confirmed Post.tags 1
        p.title

# %% contains_eager unread to-one
with Session(engine) as s:
    for p in s.scalars(select(Post).join(Post.user).options(contains_eager(Post.user))):  #! unused_eager_load confirmed Post.user 1
        p.title

# %% read through the back reference only
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts))):
        for p in s.scalars(select(Post).where(Post.user_id == 1)):  #! duplicate confirmed - 12
            p.user.name
        u.posts

# %% in a template
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.profile))).all()
    print("\n".join("{u.name} {u.profile.city}".format(u=u) for u in us))

# %% loop left early
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts))):
        print(len(u.posts))
        break

# %% two queries, only the second's is read
with Session(engine) as s:
    a = s.scalars(select(User).where(User.id <= 6).options(selectinload(User.posts))).all()  #! unused_eager_load confirmed User.posts 1
    b = s.scalars(select(User).where(User.id > 6).options(selectinload(User.posts))).all()
    print([len(u.posts) for u in b])

# %% yield_per read
with Session(engine) as s:
    for part in s.scalars(select(User).options(selectinload(User.posts)).execution_options(yield_per=5)).partitions():
        for u in part:
            len(u.posts)

# %% yield_per unread
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts)).execution_options(yield_per=4)):  #! unused_eager_load confirmed User.posts 3
        u.name

# %% wildcards
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload("*"))).unique():  #! cartesian_product confirmed User.posts 1  #! unused_eager_load confirmed Comment.post 1  #! unused_eager_load confirmed Post.comments 1  #! unused_eager_load confirmed Post.tags 1
        len(u.posts), len(u.badges), len(u.comments), u.profile, u.manager, len(u.reports)
        break

# %% async selectin unread
ae = create_async_engine("sqlite+aiosqlite://")
async def main():
    async with ae.begin() as c:
        await c.run_sync(Base.metadata.create_all)
    async with AsyncSession(ae) as s:
        s.add_all([User(name=f"A{n}", posts=[Post(title="x", score=1)]) for n in range(5)])
        await s.commit()
    async with AsyncSession(ae) as s:
        for u in (await s.scalars(select(User).options(selectinload(User.posts)))).all():  #! unused_eager_load confirmed User.posts 1
            print(u.name)
asyncio.run(main())

# %% populate_existing
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.posts))).all()  #! unused_eager_load confirmed User.posts 1
    us = s.scalars(select(User).options(selectinload(User.posts)), execution_options={"populate_existing": True}).all()  #! duplicate confirmed - 2  #! duplicate confirmed User.posts 2
    print([len(u.posts) for u in us])

# %% loaded twice, read once
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.badges))).all()
    us2 = s.scalars(select(User).where(User.id < 9).options(selectinload(User.badges))).all()
    print([len(u.badges) for u in us])

# %% expired before read
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.badges))).all()  #! unused_eager_load confirmed User.badges 1
    s.commit()
    print([len(u.badges) for u in us])  #! n_plus_one confirmed User.badges 12  #! n_plus_one confirmed User.id 12

# %% inspect of unloaded
with Session(engine) as s:
    us = s.scalars(select(User).options(selectinload(User.badges))).all()  #! unused_eager_load confirmed User.badges 1
    print(["badges" in inspect(u).unloaded for u in us][:2])
