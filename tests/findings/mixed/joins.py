#@ blog
# %% More rows setup
with Session(engine) as s:
    s.execute(insert(Post), [{"id": n, "title": f"P{n}", "score": n % 10, "user_id": n % 12 + 1} for n in range(37, 241)])
    s.execute(insert(Comment), [{"id": n, "text": f"c{n}", "post_id": n % 240 + 1, "user_id": n % 12 + 1} for n in range(109, 2001)])
    s.commit()

# %% joined collection, 20 each
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.posts))).unique():  #! row_multiplication confirmed User.posts 1
        len(u.posts)

# %% contains_eager collection
with Session(engine) as s:
    for u in s.scalars(select(User).join(User.posts).options(contains_eager(User.posts))).unique():  #! row_multiplication confirmed User.posts 1
        print(len(u.posts))

# %% one parent with many
with Session(engine) as s:
    u = s.get(User, 1, options=[joinedload(User.comments)])  #! row_multiplication confirmed User.comments 1
    print(len(u.comments))

# %% 1.x query joined
with Session(engine) as s:
    for u in s.query(User).options(joinedload(User.posts)):  #! row_multiplication confirmed User.posts 1
        len(u.posts)

# %% joined to-one of many
with Session(engine) as s:
    for c in s.scalars(select(Comment).options(joinedload(Comment.post), joinedload(Comment.user))):
        c.post.title, c.user.name

# %% nested joined
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.posts).joinedload(Post.comments))).unique():  #! row_multiplication confirmed User.posts 1
        for p in u.posts:
            len(p.comments)

# %% to-one then to-many joined
with Session(engine) as s:
    for b in s.scalars(select(Badge).options(joinedload(Badge.user).joinedload(User.posts))).unique():  #! row_multiplication confirmed User.posts 1
        len(b.user.posts)

# %% join for filter returns objects many times
with Session(engine) as s:
    s.scalars(select(User).join(User.posts).where(Post.score > 2)).unique().all()

# %% pairs wanted
with Session(engine) as s:
    for u, p in s.execute(select(User, Post).join(User.posts)):
        print(u.name, p.title)

# %% small join
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.badges))).unique():
        len(u.badges)

# %% siblings
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.posts), joinedload(User.badges))).unique():  #! cartesian_product confirmed User.posts 1
        len(u.posts), len(u.badges)

# %% siblings through contains_eager
with Session(engine) as s:
    q = select(User).join(User.posts).join(User.badges).options(contains_eager(User.posts), contains_eager(User.badges))
    for u in s.scalars(q).unique():  #! cartesian_product confirmed User.posts 1
        len(u.posts), len(u.badges)

# %% siblings below a to-one
with Session(engine) as s:
    for p in s.scalars(select(Profile).options(joinedload(Profile.user).joinedload(User.posts), joinedload(Profile.user).joinedload(User.badges))).unique():  #! cartesian_product confirmed User.posts 1
        len(p.user.posts), len(p.user.badges)

# %% siblings, m2m
with Session(engine) as s:
    for p in s.scalars(select(Post).options(joinedload(Post.tags), joinedload(Post.comments))).unique():  #! cartesian_product confirmed Post.comments 1
        len(p.tags), len(p.comments)

# %% one joined, other selectin
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.badges), selectinload(User.posts))).unique():
        len(u.posts), len(u.badges)

# %% to-one siblings
with Session(engine) as s:
    for c in s.scalars(select(Comment).options(joinedload(Comment.post), joinedload(Comment.user))):
        c.post.title, c.user.name

# %% collection and one-to-one
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.badges), joinedload(User.profile))).unique():
        len(u.badges), u.profile.city

# %% counted siblings
with Session(engine) as s:
    s.execute(select(User.name, func.count(Post.id), func.count(Badge.id)).join(User.posts).join(User.badges).group_by(User.id)).all()  #! cartesian_product suspected User.posts 1

# %% counted one
with Session(engine) as s:
    s.execute(select(User.name, func.count(Post.id)).join(User.posts).group_by(User.id)).all()

# %% two entities without a join
with Session(engine) as s:
    s.execute(select(User, Tag)).all()  #! cartesian_product confirmed - 1

# %% two entities with where
with Session(engine) as s:
    s.execute(select(User, Post).where(User.id == Post.user_id)).all()

# %% column of another in where only
with Session(engine) as s:
    s.scalars(select(User).where(Post.score > 3)).unique().all()  #! cartesian_product confirmed - 1

# %% 1.x query
with Session(engine) as s:
    s.query(User.name, Badge.label).all()  #! cartesian_product confirmed - 1

# %% join on true is said
with Session(engine) as s:
    s.execute(select(User.name, Tag.name).join(Tag, text("1 = 1"))).all()

# %% alias forgotten
with Session(engine) as s:
    boss = aliased(User)
    s.execute(select(User.name, boss.name).where(User.id > 3)).all()  #! cartesian_product confirmed - 1

# %% alias joined
with Session(engine) as s:
    boss = aliased(User)
    s.execute(select(User.name, boss.name).join(User.manager.of_type(boss))).all()

# %% raw
with Session(engine) as s:
    s.execute(text("SELECT u.name, t.name FROM users u, tags t")).all()  #! cartesian_product suspected - 1

# %% raw joined by where
with Session(engine) as s:
    s.execute(text("SELECT u.name, p.title FROM users u, posts p WHERE p.user_id = u.id")).all()

# %% raw cross join
with Session(engine) as s:
    s.execute(text("SELECT u.name, t.name FROM users u CROSS JOIN tags t")).all()  #! cartesian_product suspected - 1

# %% correlated scalar subquery
with Session(engine) as s:
    n = select(func.count(Post.id)).where(Post.user_id == User.id).scalar_subquery()
    s.execute(select(User.name, n)).all()

# %% exists correlated
with Session(engine) as s:
    s.scalars(select(User).where(exists().where(Post.user_id == User.id))).all()

# %% subquery joined
with Session(engine) as s:
    sub = select(Post.user_id, func.count().label("n")).group_by(Post.user_id).subquery()
    s.execute(select(User.name, sub.c.n).join(sub, sub.c.user_id == User.id)).all()

# %% subquery forgotten
with Session(engine) as s:
    sub = select(Post.user_id, func.count().label("n")).group_by(Post.user_id).subquery()
    s.execute(select(User.name, sub.c.n)).all()  #! cartesian_product confirmed - 1

# %% update from delete in
with Session(engine) as s:
    s.execute(delete(Audit).where(Audit.level.in_(select(User.id))))
    s.rollback()

# %% page of joined rows by hand
with Session(engine) as s:
    s.scalars(select(User).join(User.posts).options(contains_eager(User.posts)).limit(10)).unique().all()  #! page_of_rows confirmed User.posts 1  #! unused_eager_load confirmed User.posts 1

# %% plain join with limit
with Session(engine) as s:
    print(len(s.scalars(select(User).join(User.posts).where(Post.score > 1).limit(5)).unique().all()))  #! page_of_rows confirmed - 1

# %% joinedload with limit is wrapped
with Session(engine) as s:
    for u in s.scalars(select(User).options(joinedload(User.badges)).order_by(User.id).limit(5)).unique():
        len(u.badges)

# %% selectin with limit
with Session(engine) as s:
    for u in s.scalars(select(User).options(selectinload(User.posts)).limit(5)):
        len(u.posts)

# %% join to-one with limit
with Session(engine) as s:
    for p in s.scalars(select(Post).join(Post.user).where(User.name != "x").options(contains_eager(Post.user)).limit(10)):
        p.user.name

# %% limit larger than the rows
with Session(engine) as s:
    s.scalars(select(User).join(User.badges).options(contains_eager(User.badges)).limit(500)).unique().all()[0].badges

# %% distinct parents with limit
with Session(engine) as s:
    s.scalars(select(User).join(User.posts).distinct().order_by(User.id).limit(5)).all()

# %% group by with limit
with Session(engine) as s:
    s.execute(select(User.name, func.count()).join(User.posts).group_by(User.id).order_by(func.count().desc()).limit(5)).all()

# %% newest posts with their users as rows
with Session(engine) as s:
    s.execute(select(Post.title, User.name).join(Post.user).order_by(Post.id.desc()).limit(10)).all()

# %% pages in a loop
with Session(engine) as s:
    for page in range(3):
        us = s.scalars(select(User).join(User.posts).options(contains_eager(User.posts)).order_by(User.id).limit(10).offset(10 * page)).unique().all()  #! page_of_rows confirmed User.posts 3
        print([len(u.posts) for u in us])

# %% 1.x page
with Session(engine) as s:
    s.query(User).join(User.posts).options(contains_eager(User.posts)).limit(7).all()  #! page_of_rows confirmed User.posts 1  #! unused_eager_load confirmed User.posts 1

# %% 1.x slice
with Session(engine) as s:
    s.query(User).join(User.comments).order_by(User.id)[0:6]  #! page_of_rows confirmed - 1

# %% pairs with a limit
with Session(engine) as s:
    s.execute(select(User, Post).join(User.posts).limit(10)).all()

# %% limit in a subquery, collection joined outside by hand
with Session(engine) as s:
    page = select(User).order_by(User.id).limit(4).subquery()
    u = aliased(User, page)
    for x in s.scalars(select(u).join(u.badges).options(contains_eager(u.badges))).unique():
        len(x.badges)

# %% one parent cut
with Session(engine) as s:
    u = s.scalars(select(User).where(User.id == 1).join(User.posts).options(contains_eager(User.posts)).limit(5)).unique().one()  #! page_of_rows confirmed User.posts 1
    print(len(u.posts))

# %% first() over a join
with Session(engine) as s:
    u = s.query(User).join(User.posts).first()
