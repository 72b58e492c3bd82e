#@ blog
# %% annotate with helper chain
def author_line(post):
    return f"{post.title} / {post.user.name}"  #! n_plus_one confirmed Post.user 12
def render(posts):
    return "\n".join(author_line(p) for p in posts)
with Session(engine) as s:
    print(len(render(s.scalars(select(Post).order_by(Post.id)).all())))

# %% helper called with one query each time
def comments_for(s, post):
    return s.query(Comment).filter(Comment.post_id == post.id).all()  #! n_plus_one suspected - 36
with Session(engine) as s:
    total = 0
    for p in s.query(Post):
        total += len(comments_for(s, p))
    print(total)

# %% setdefault by name with cache
cache = {}
with Session(engine) as s:
    for c in s.scalars(select(Comment).where(Comment.id <= 40)):
        if c.user_id not in cache:
            cache[c.user_id] = s.get(User, c.user_id).name  #! n_plus_one suspected - 12

# %% get answered by weak map after expunge
with Session(engine) as s:
    for n in (1, 2, 3):
        u = s.get(User, n)  #! n_plus_one suspected - 3
        s.expunge(u)

# %% lazy with sessions re-adding
with Session(engine) as s:
    posts = s.scalars(select(Post).where(Post.id <= 4)).all()
    s.rollback()
    print([len(p.comments) for p in posts])  #! n_plus_one confirmed Post.comments 4  #! n_plus_one confirmed Post.id 4

# %% raise in a loop stops it
with Session(engine) as s:
    try:
        for i, u in enumerate(s.scalars(select(User)).all()):
            len(u.posts)  #! n_plus_one confirmed User.posts 4
            if i == 3:
                raise RuntimeError("stop")
    except RuntimeError:
        pass

# %% zip of two relationships of pages
with Session(engine) as s:
    for u in s.scalars(select(User).limit(3)):
        for b, p in zip(u.badges, u.posts):  #! n_plus_one confirmed User.badges 3  #! n_plus_one confirmed User.posts 3
            print(b.label, p.title)

# %% chained comparison and any()
with Session(engine) as s:
    print(any(p.score > 8 for u in s.scalars(select(User)).all() for p in u.posts))  #! n_plus_one confirmed User.posts 3

# %% dictionary of lists with groupby in SQL: clean
with Session(engine) as s:
    rows = s.execute(select(User.name, func.group_concat(Post.title)).join(User.posts).group_by(User.id)).all()

# %% select with a scalar subquery per row is one statement
with Session(engine) as s:
    last = select(func.max(Comment.id)).where(Comment.user_id == User.id).correlate(User).scalar_subquery()
    print(s.execute(select(User.name, last)).all())

# %% window over pages with stream
with Session(engine) as s:
    for part in s.execute(select(Post).execution_options(yield_per=10)).partitions():
        for (p,) in part:
            p.title

# %% lazy in yield_per
with Session(engine) as s:
    for p in s.scalars(select(Post).execution_options(yield_per=10)):
        len(p.tags)  #! n_plus_one confirmed Post.tags 36

# %% immediate option on pages
with Session(engine) as s:
    for page in range(2):
        for u in s.scalars(select(User).order_by(User.id).limit(3).offset(page * 3).options(immediateload(User.profile))):  #! n_plus_one confirmed User.profile 6
            u.profile.city

# %% expire_all in the middle
with Session(engine) as s:
    users = s.scalars(select(User).where(User.id <= 5)).all()
    s.expire_all()
    for u in users:
        print(u.name)  #! n_plus_one confirmed User.name 5

# %% expire_all then one query refreshes
with Session(engine) as s:
    users = s.scalars(select(User).where(User.id <= 5)).all()
    s.expire_all()
    s.scalars(select(User).where(User.id <= 5)).all()  #! duplicate confirmed - 2
    for u in users:
        print(u.name)

# %% update in loop, one flush
with Session(engine) as s:
    for p in s.query(Post).filter(Post.score > 5):
        p.score = 0
    s.commit()

# %% update with query in between: autoflush
with Session(engine) as s:
    for p in s.scalars(select(Post).where(Post.id <= 5)).all():
        p.score += 1
        s.scalar(select(func.sum(Post.score)))  #! unbatched_writes confirmed - 5
    s.rollback()

# %% same count after each write is no duplicate
with Session(engine) as s:
    for n in range(3):
        s.add(Audit(what="a"))
        s.flush()  #! unbatched_writes confirmed - 3
        s.scalar(select(func.count()).select_from(Audit))
    s.rollback()

# %% dup: settings read by each call
def setting(s, name):
    return s.scalars(select(Tag).where(Tag.name == name)).first()  #! duplicate confirmed - 3
with Session(engine) as s:
    for _ in range(3):
        setting(s, "t1")

# %% dup across with blocks
with Session(engine) as s:
    a = s.scalar(select(func.count(User.id)))
with Session(engine) as s:
    b = s.scalar(select(func.count(User.id)))  #! duplicate confirmed - 2

# %% no dup: same SQL other limit/offset
with Session(engine) as s:
    for page in range(3):
        s.scalars(select(Tag).order_by(Tag.id).limit(2).offset(page)).all()

# %% no dup: savepoint rolled back in between changed it back
with Session(engine) as s:
    n1 = s.scalar(select(func.count(Audit.id)))
    with s.begin_nested() as sp:
        s.add(Audit(what="k"))
        s.flush()
        sp.rollback()
    n2 = s.scalar(select(func.count(Audit.id)))

# %% commit in helper with two rows
def pair(s, n):
    s.add_all([Audit(what=f"{n}a"), Audit(what=f"{n}b")])
    s.commit()
with Session(engine) as s:
    for n in range(3):
        pair(s, n)

# %% bulk insert mappings
with Session(engine) as s:
    s.bulk_insert_mappings(Audit, [{"what": "m"} for _ in range(5)])
    s.commit()

# %% chunked executemany commits
with Session(engine) as s:
    for chunk in range(3):
        s.execute(insert(Audit), [{"what": "m"} for _ in range(5)])
        s.commit()

# %% insert core with commit each
with engine.connect() as conn:
    for n in range(3):
        conn.execute(insert(Audit), {"what": f"{n}"})  #! unbatched_writes suspected - 3
        conn.commit()

# %% text insert each
with engine.begin() as conn:
    for n in range(3):
        conn.execute(text("INSERT INTO audit (what, level) VALUES (:w, 0)"), {"w": str(n)})  #! unbatched_writes suspected - 3

# %% m2m append each with commit
with Session(engine) as s:
    tag = s.get(Tag, 5)
    for p in s.scalars(select(Post).where(Post.id.in_([1, 3, 5]))).all():
        p.tags.append(tag)  #! n_plus_one confirmed Post.tags 3
        s.flush()  #! unbatched_writes confirmed - 3
    s.rollback()

# %% joined both ways unread one
with Session(engine) as s:
    q = select(Post).options(joinedload(Post.user).joinedload(User.profile))
    for p in s.scalars(q):  #! unused_eager_load confirmed User.profile 1
        p.user.name

# %% eager in subclass of helper: read by serializer
def to_dict(u):
    return {"n": u.name, "b": [b.label for b in u.badges]}
with Session(engine) as s:
    json.dumps([to_dict(u) for u in s.scalars(select(User).options(selectinload(User.badges)))])

# %% eager read only in else branch never taken
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.profile))):  #! unused_eager_load confirmed User.profile 1
        if u.id > 0:
            u.name
        else:
            u.profile

# %% eager for count only
with Session(engine) as s:
    n = len(s.query(User).options(selectinload(User.posts)).all())  #! unused_eager_load confirmed User.posts 1

# %% eager removed by raiseload
with Session(engine) as s:
    for u in s.scalars(select(User).options(raiseload("*"))):
        u.name

# %% refresh with attribute list
with Session(engine) as s:
    u = s.get(User, 1)
    s.refresh(u, ["posts"])
    len(u.posts)

# %% three-way join counts
with Session(engine) as s:
    s.execute(select(User.name, func.count(func.distinct(Post.id)), func.count(func.distinct(Badge.id))).join(User.posts).join(User.badges).group_by(User.id)).all()  #! cartesian_product suspected User.posts 1

# %% chain join, no siblings
with Session(engine) as s:
    s.execute(select(User.name, func.count(Comment.id)).join(User.posts).join(Post.comments).group_by(User.id)).all()

# %% implicit cross by forgotten on
with Session(engine) as s:
    s.execute(select(Post.title, Comment.text).where(Post.score == 1)).all()  #! cartesian_product confirmed - 1

# %% outer join with limit by hand
with Session(engine) as s:
    s.scalars(select(User).outerjoin(User.posts).order_by(User.id).limit(6)).unique().all()  #! page_of_rows confirmed - 1

# %% m2m limit
with Session(engine) as s:
    s.scalars(select(Post).join(Post.tags).options(contains_eager(Post.tags)).order_by(Post.id).limit(7)).unique().all()[0].tags  #! page_of_rows confirmed Post.tags 1

# %% wrapped by subquery of ids
with Session(engine) as s:
    ids = select(Post.id).order_by(Post.id).limit(5)
    for p in s.scalars(select(Post).where(Post.id.in_(ids)).join(Post.tags).options(contains_eager(Post.tags))).unique():
        p.tags
