#@ blog
# %% count per row
with Session(engine) as s:
    for u in s.scalars(select(User)):
        n = s.scalar(select(func.count()).select_from(Post).where(Post.user_id == u.id))  #! n_plus_one suspected - 12
        print(u.name, n)

# %% count per row 1.x
with Session(engine) as s:
    print({u.id: s.query(Comment).filter_by(user_id=u.id).count() for u in s.query(User)})  #! n_plus_one suspected - 12

# %% first in loop
with Session(engine) as s:
    for u in s.scalars(select(User)).all():
        newest = s.scalars(select(Post).where(Post.user_id == u.id).order_by(Post.id.desc()).limit(1)).first()  #! n_plus_one suspected - 12
        print(newest.title)

# %% exists in loop
with Session(engine) as s:
    for u in s.scalars(select(User)).all():
        if s.scalar(select(exists().where(User.manager_id == u.id))):  #! n_plus_one suspected - 12
            print(u.name)

# %% exists query() in loop
with Session(engine) as s:
    for n in range(1, 6):
        print(s.query(s.query(Post).filter(Post.user_id == n).exists()).scalar())  #! n_plus_one suspected - 5

# %% get loop with misses
with Session(engine) as s:
    for n in (1, 2, 3, 400, 500):
        print(s.get(User, n))  #! n_plus_one suspected - 5

# %% get loop answered by the identity map
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    for n in range(1, 13):
        print(s.get(User, n).name)

# %% get two
with Session(engine) as s:
    print(s.get(User, 1), s.get(User, 2))

# %% get from three different lines is no loop
with Session(engine) as s:
    a = s.get(User, 1)
    b = s.get(User, 2)
    c = s.get(User, 3)
    d = s.get(User, 4)

# %% one() by name in a loop
with Session(engine) as s:
    for name in ["t1", "t2", "t3", "t4"]:
        print(s.scalars(select(Tag).where(Tag.name == name)).one())  #! n_plus_one suspected - 4

# %% get or create
def get_or_create(s, name):
    tag = s.scalars(select(Tag).filter_by(name=name)).first()  #! n_plus_one suspected - 4
    if tag is None:
        tag = Tag(name=name)
        s.add(tag)
    return tag
with Session(engine) as s:
    for name in ["t1", "t2", "new1", "t3"]:
        get_or_create(s, name)
    s.rollback()

# %% one query with in
with Session(engine) as s:
    posts = s.scalars(select(Post).where(Post.user_id.in_([1, 2, 3]))).all()

# %% chunks with in
with Session(engine) as s:
    ids = list(range(1, 37))
    for at in range(0, 36, 6):
        s.scalars(select(Post).where(Post.id.in_(ids[at:at + 6]))).all()

# %% keyset by hand
with Session(engine) as s:
    last = 0
    while True:
        page = s.scalars(select(Comment).where(Comment.id > last).order_by(Comment.id).limit(20)).all()
        if not page:
            break
        last = page[-1].id

# %% keyset by tuple
with Session(engine) as s:
    last = (-1, 0)
    while True:
        page = s.execute(select(Post.score, Post.id).where(tuple_(Post.score, Post.id) > last).order_by(Post.score, Post.id).limit(10)).all()
        if not page:
            break
        last = tuple(page[-1])

# %% keyset by or
with Session(engine) as s:
    score, key = -1, 0
    while True:
        page = s.execute(select(Post.score, Post.id).where(or_(Post.score > score, and_(Post.score == score, Post.id > key))).order_by(Post.score, Post.id).limit(10)).all()
        if not page:
            break
        score, key = page[-1]

# %% offset pages
with Session(engine) as s:
    for page in range(5):
        print(len(s.scalars(select(Comment).order_by(Comment.id).limit(20).offset(page * 20)).all()))

# %% offset pages of one post
with Session(engine) as s:
    for page in range(4):
        s.scalars(select(Comment).where(Comment.user_id == 3).order_by(Comment.id).limit(2).offset(page * 2)).all()

# %% slices 1.x
with Session(engine) as s:
    q = s.query(Comment).order_by(Comment.id)
    for at in range(0, 100, 25):
        q[at:at + 25]

# %% ranges of scores (windows)
with Session(engine) as s:
    for low in range(0, 10, 2):
        s.scalar(select(func.count()).where(Post.score >= low, Post.score < low + 2))

# %% group by instead
with Session(engine) as s:
    counts = dict(s.execute(select(Post.user_id, func.count()).group_by(Post.user_id)).all())
    for u in s.scalars(select(User)):
        print(u.name, counts.get(u.id, 0))

# %% columns only in loop
with Session(engine) as s:
    for (uid,) in s.execute(select(User.id)).all():
        s.execute(select(Profile.city).where(Profile.user_id == uid)).scalar_one_or_none()  #! n_plus_one suspected - 12

# %% text in loop
with Session(engine) as s:
    for uid in range(1, 6):
        s.execute(text("SELECT title FROM posts WHERE user_id = :u ORDER BY id"), {"u": uid}).all()  #! n_plus_one suspected - 5

# %% f-string SQL in loop
with Session(engine) as s:
    for uid in range(1, 6):
        s.execute(text(f"SELECT title FROM posts WHERE user_id = {uid}")).all()  #! n_plus_one suspected - 5

# %% core connection in loop
with engine.connect() as conn:
    users = Base.metadata.tables["users"]
    posts = Base.metadata.tables["posts"]
    for row in conn.execute(select(users)).all():
        conn.execute(select(posts.c.title).where(posts.c.user_id == row.id)).all()  #! n_plus_one suspected - 12

# %% join select per item
with Session(engine) as s:
    for name in ("U1", "U2", "U3"):
        s.scalars(select(Post).join(Post.user).where(User.name == name)).all()  #! n_plus_one suspected - 3

# %% helper called from two places
def posts_of(s, uid):
    return s.scalars(select(Post).where(Post.user_id == uid)).all()  #! n_plus_one suspected - 8
with Session(engine) as s:
    for uid in range(1, 5):
        posts_of(s, uid)
    for uid in range(5, 9):
        posts_of(s, uid)

# %% deferred
with Session(engine) as s:
    for p in s.scalars(select(Post).where(Post.id <= 6)):
        print(len(p.body))  #! n_plus_one confirmed Post.body 6

# %% deferred with undefer
with Session(engine) as s:
    for p in s.scalars(select(Post).where(Post.id <= 6).options(undefer(Post.body))):
        print(len(p.body))

# %% load_only then other
with Session(engine) as s:
    for u in s.scalars(select(User).options(load_only(User.id))):
        print(u.name)  #! n_plus_one confirmed User.name 12

# %% defer by option
with Session(engine) as s:
    print([p.title for p in s.scalars(select(Post).options(defer(Post.title)).limit(5))])  #! n_plus_one confirmed Post.title 5

# %% expired after commit
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    s.commit()
    print([u.name for u in users])  #! n_plus_one confirmed User.name 12

# %% not expired
with Session(engine, expire_on_commit=False) as s:
    users = s.scalars(select(User)).all()
    s.commit()
    print([u.name for u in users])

# %% refresh in loop
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    for u in users:
        s.refresh(u)  #! n_plus_one confirmed - 12

# %% refresh one thing
with Session(engine) as s:
    u = s.get(User, 1)
    for _ in range(3):
        s.refresh(u)  #! duplicate confirmed - 4

# %% refresh names
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    for u in users:
        s.refresh(u, ["name"])  #! n_plus_one confirmed - 12

# %% expire one then read in loop
with Session(engine) as s:
    for u in s.scalars(select(User)).all():
        s.expire(u)
        print(u.name)  #! n_plus_one confirmed User.name 12

# %% commit inside the loop expires everything
with Session(engine) as s:
    users = s.scalars(select(User)).all()
    for u in users:
        u.name = u.name + "!"  #! n_plus_one confirmed User.name 11
        s.commit()  #! unbatched_writes confirmed - 12

# %% immediateload
with Session(engine) as s:
    for u in s.scalars(select(User).options(immediateload(User.posts))):  #! n_plus_one confirmed User.posts 12
        len(u.posts)

# %% subqueryload
with Session(engine) as s:
    for u in s.scalars(select(User).options(subqueryload(User.posts))):
        len(u.posts)

# %% selectin of one at a time
with Session(engine) as s:
    for n in range(1, 6):
        u = s.scalars(select(User).where(User.id == n).options(selectinload(User.posts))).one()  #! n_plus_one confirmed User.posts 5  #! n_plus_one suspected - 5
        len(u.posts)

# %% selectin in get
with Session(engine) as s:
    for n in range(1, 6):
        len(s.get(User, n, options=[selectinload(User.posts)]).posts)  #! n_plus_one confirmed User.posts 5  #! n_plus_one suspected - 5

# %% joined in get
with Session(engine) as s:
    for n in range(1, 6):
        len(s.get(User, n, options=[joinedload(User.posts)]).posts)  #! n_plus_one suspected - 5

# %% selectin on pages
with Session(engine) as s:
    for page in range(3):
        for u in s.scalars(select(User).order_by(User.id).limit(4).offset(page * 4).options(selectinload(User.posts))):
            len(u.posts)

# %% yield per with selectin
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts)).execution_options(yield_per=4)):
        len(u.posts)

# %% writes in between reads
with Session(engine) as s:
    for u in s.scalars(select(User)).all():
        s.add(Audit(what=f"{len(u.posts)} posts"))  #! n_plus_one confirmed User.posts 12  #! unbatched_writes confirmed - 11
    s.rollback()

# %% nested function with closure
with Session(engine) as s:
    def load(uid):
        return s.get(User, uid)  #! n_plus_one suspected - 6
    users = [load(uid) for uid in range(1, 7)]

# %% two queries one line
with Session(engine) as s:
    for n in range(1, 5):
        pair = s.get(User, n), s.get(Post, n)  #! n_plus_one suspected - 4  #! n_plus_one suspected - 4

# %% search like
with Session(engine) as s:
    for word in ("a", "b", "c", "d"):
        s.scalars(select(Post).where(Post.title.like(f"%{word}%"))).all()

# %% same key each time
with Session(engine) as s:
    for _ in range(4):
        s.scalars(select(Post).where(Post.user_id == 1)).all()  #! duplicate confirmed - 4

# %% the keys of two, again and again
with Session(engine) as s:
    for n in range(6):
        s.scalars(select(Post).where(Post.user_id == n % 2 + 1)).all()  #! duplicate confirmed - 6

# %% lazy one after flush of new children
with Session(engine) as s:
    for u in s.scalars(select(User)).all():
        u.badges.append(Badge(label="new"))  #! n_plus_one confirmed User.badges 12  #! unbatched_writes confirmed - 11
    s.rollback()

# %% back_populates append does not load
with Session(engine) as s:
    for u in s.scalars(select(User)).all():
        s.add(Badge(label="new", user=u))
    s.rollback()

# %% delete cascades load
with Session(engine) as s:
    for p in s.scalars(select(Post).where(Post.id > 30)).all():
        s.delete(p)  #! n_plus_one confirmed Post.comments 6  #! n_plus_one confirmed Post.tags 5
    s.flush()
    s.rollback()
