#@ blog
# %% same query on two lines
with Session(engine) as s:
    a = s.scalars(select(User).where(User.id == 1)).one()
    b = s.scalars(select(User).where(User.id == 1)).one()  #! duplicate confirmed - 2

# %% count, then the same count
with Session(engine) as s:
    def pages(s):
        return s.scalar(select(func.count()).select_from(Post)) // 10  #! duplicate confirmed - 3
    print(pages(s), pages(s), pages(s))

# %% after an insert of it
with Session(engine) as s:
    n = s.scalar(select(func.count()).select_from(Audit))
    s.add(Audit(what="x"))
    s.flush()
    m = s.scalar(select(func.count()).select_from(Audit))
    s.rollback()

# %% autoflushed insert
with Session(engine) as s:
    n = s.scalar(select(func.count()).select_from(Audit))
    s.add(Audit(what="x"))
    m = s.scalar(select(func.count()).select_from(Audit))
    s.rollback()
    k = s.scalar(select(func.count()).select_from(Audit))

# %% after an update of another table
with Session(engine) as s:
    s.scalars(select(Tag)).all()
    s.execute(update(Audit).values(level=1))
    s.scalars(select(Tag)).all()  #! duplicate confirmed - 2
    s.rollback()

# %% after a delete of another connection
with Session(engine) as s:
    s.scalars(select(Audit)).all()
    s.rollback()
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM audit"))
    s.scalars(select(Audit)).all()

# %% after savepoint rollback
with Session(engine) as s:
    s.scalars(select(Audit)).all()
    sp = s.begin_nested()
    s.add(Audit(what="y"))
    s.flush()
    s.scalars(select(Audit)).all()
    sp.rollback()
    s.scalars(select(Audit)).all()
    s.rollback()

# %% after savepoint commit
with Session(engine) as s:
    s.scalars(select(Audit)).all()
    with s.begin_nested():
        s.add(Audit(what="y"))
    s.scalars(select(Audit)).all()
    s.rollback()

# %% joined table was written
with Session(engine) as s:
    s.execute(select(User.name, Post.title).join(Post.user)).all()
    s.execute(update(User).where(User.id == 1).values(name="V1"))
    s.execute(select(User.name, Post.title).join(Post.user)).all()
    s.rollback()

# %% table in a subquery was written
with Session(engine) as s:
    q = select(User.name).where(User.id.in_(select(Audit.level)))
    s.execute(q).all()
    s.execute(insert(Audit), [{"what": "z", "level": 3}, {"what": "z", "level": 4}])
    s.execute(q).all()
    s.rollback()

# %% secondary table was written
with Session(engine) as s:
    q = select(Tag.name).where(Tag.posts.any(Post.id == 1))
    s.execute(q).all()
    post = s.get(Post, 1)
    post.tags.append(s.get(Tag, 5))
    s.execute(q).all()
    s.rollback()

# %% different parameters
with Session(engine) as s:
    s.scalars(select(Post).where(Post.score > 3)).all()
    s.scalars(select(Post).where(Post.score > 4)).all()

# %% same text different limit
with Session(engine) as s:
    s.scalars(select(Post).limit(3)).all()
    s.scalars(select(Post).limit(4)).all()

# %% loop with a cacheable setting
with Session(engine) as s:
    def setting(name):
        return s.scalar(select(Tag.name).where(Tag.name == name))  #! duplicate confirmed - 12
    for u in s.scalars(select(User)):
        setting("t1")

# %% session per request
def request(n):
    with Session(engine) as s:
        return s.scalars(select(Tag).order_by(Tag.name)).all()  #! duplicate confirmed - 3
for n in range(3):
    request(n)

# %% failed statement is no answer
with Session(engine) as s:
    for _ in range(3):
        try:
            s.execute(text("SELECT * FROM missing"))
        except Exception:
            s.rollback()

# %% random order
with Session(engine) as s:
    for _ in range(3):
        s.scalars(select(Post).order_by(func.random()).limit(2)).all()

# %% DDL in between
with engine.connect() as conn:
    conn.execute(select(Tag.name)).all()
    conn.execute(text("CREATE TABLE IF NOT EXISTS extra (id INTEGER)"))
    conn.execute(select(Tag.name)).all()

# %% lazy None asked again
with Session(engine) as s:
    u = s.get(User, 1)
    print(u.manager, u.manager)

# %% expired owner reads again
with Session(engine) as s:
    u = s.get(User, 2)
    len(u.posts)
    s.expire(u, ["posts"])
    len(u.posts)  #! duplicate confirmed User.posts 2

# %% another engine
other = create_engine("sqlite://")
Base.metadata.create_all(other)
with Session(engine) as s, Session(other) as t:
    s.scalars(select(Tag)).all()
    t.scalars(select(Tag)).all()

# %% commit per row
with Session(engine) as s:
    for n in range(5):
        s.add(Audit(what=f"{n}"))
        s.commit()  #! unbatched_writes confirmed - 5

# %% flush per row
with Session(engine) as s:
    for n in range(4):
        s.add(Audit(what=f"{n}"))
        s.flush()  #! unbatched_writes confirmed - 4
    s.commit()

# %% add in the loop, commit after
with Session(engine) as s:
    for n in range(5):
        s.add(Audit(what=f"{n}"))
    s.commit()

# %% add_all
with Session(engine) as s:
    s.add_all([Audit(what=f"{n}") for n in range(5)])
    s.commit()

# %% update after loop
with Session(engine) as s:
    for p in s.scalars(select(Post).where(Post.id < 9)):
        p.score += 1
    s.commit()

# %% update of different columns after loop
with Session(engine) as s:
    for p in s.scalars(select(Post).where(Post.id < 9)):
        if p.id % 2:
            p.score += 1
        else:
            p.title += "."
    s.commit()

# %% context manager per row
for n in range(4):
    with Session(engine) as s, s.begin():  #! unbatched_writes confirmed - 4
        s.add(Audit(what=f"{n}"))

# %% sessionmaker.begin per row
for n in range(4):
    with SessionLocal.begin() as s:  #! unbatched_writes confirmed - 4
        s.add(Audit(what=f"{n}"))

# %% helper saves
def save(what):
    with Session(engine) as s:
        s.add(Audit(what=what))
        s.commit()  #! unbatched_writes confirmed - 6
for n in range(6):
    save(f"{n}")

# %% delete one by one
with Session(engine) as s:
    for a in s.scalars(select(Audit).limit(4)).all():
        s.delete(a)
        s.commit()  #! n_plus_one confirmed Audit.id 3  #! unbatched_writes confirmed - 4

# %% delete after loop
with Session(engine) as s:
    for a in s.scalars(select(Audit).limit(4)).all():
        s.delete(a)
    s.commit()

# %% bulk inserts by core
with Session(engine) as s:
    s.execute(insert(Audit), [{"what": "b"} for _ in range(10)])
    s.commit()

# %% insert one by one by core
with engine.begin() as conn:
    for n in range(5):
        conn.execute(insert(Audit).values(what=f"{n}"))  #! unbatched_writes suspected - 5

# %% one update of many
with Session(engine) as s:
    s.execute(update(Post).where(Post.score > 3).values(score=0))
    s.commit()

# %% two commits only
with Session(engine) as s:
    s.add(Audit(what="1"))
    s.commit()
    s.add(Audit(what="2"))
    s.commit()

# %% autoflush by a count in the loop
with Session(engine) as s:
    for n in range(4):
        s.add(Audit(what=f"{n}"))
        print(s.scalar(select(func.count()).select_from(Audit)))  #! unbatched_writes confirmed - 4
    s.commit()

# %% no_autoflush
with Session(engine) as s:
    with s.no_autoflush:
        for n in range(4):
            s.add(Audit(what=f"{n}"))
            s.scalar(select(Tag.name).where(Tag.id == n + 1))  #! n_plus_one suspected - 4
    s.commit()

# %% commit each hundred
with Session(engine) as s:
    for n in range(30):
        s.add(Audit(what=f"{n}"))
        if n % 10 == 9:
            s.commit()

# %% parent with children per commit
with Session(engine) as s:
    for n in range(3):
        s.add(User(name="n", posts=[Post(title="a", score=1), Post(title="b", score=2)]))
        s.commit()

# %% parent with one child per commit
with Session(engine) as s:
    for n in range(3):
        s.add(User(name="n", posts=[Post(title="a", score=1)]))
        s.commit()  #! unbatched_writes confirmed - 3

# %% add then id
with Session(engine) as s:
    for n in range(3):
        a = Audit(what="x")
        s.add(a)
        s.flush()  #! unbatched_writes confirmed - 3
        print(a.id > 0)
    s.rollback()

# %% commit of nothing
with Session(engine) as s:
    for u in s.scalars(select(User).where(User.id < 5)).all():
        s.commit()

# %% savepoint per row
with Session(engine) as s:
    for n in range(4):
        with s.begin_nested():  #! unbatched_writes confirmed - 4
            s.add(Audit(what=f"{n}"))
    s.commit()

# %% upsert loop by merge then one commit
with Session(engine) as s:
    for n in range(1, 5):
        s.merge(Tag(id=n, name=f"t{n}"))  #! n_plus_one suspected - 4
    s.commit()

# %% async commits
ae = create_async_engine("sqlite+aiosqlite://")
async def main():
    async with ae.begin() as c:
        await c.run_sync(Base.metadata.create_all)
    async with AsyncSession(ae) as s:
        for n in range(4):
            s.add(Audit(what="x"))
            await s.commit()  #! unbatched_writes confirmed - 4
asyncio.run(main())

# %% bulk_save_objects
with Session(engine) as s:
    s.bulk_save_objects([Audit(what="x") for _ in range(5)])
    s.commit()

# %% update loop by primary key
with Session(engine) as s:
    for n in range(1, 5):
        s.execute(update(Post).where(Post.id == n).values(score=n))  #! unbatched_writes suspected - 4
    s.commit()

# %% update list
with Session(engine) as s:
    s.execute(update(Post), [{"id": n, "score": 1} for n in range(1, 5)])
    s.commit()

# %% transfer: two rows each commit
with Session(engine) as s:
    for n in range(1, 5):
        a, b = s.scalars(select(Post).where(Post.id.in_([n, n + 10]))).all()
        a.score += 1
        b.score -= 1
        s.commit()
