#@ school
# %% paging api: count and page
with Local() as s:
    for page in (0, 1, 2):
        total = s.scalar(select(func.count()).select_from(Student))  #! duplicate confirmed - 3
        rows = s.scalars(select(Student).order_by(Student.id).offset(page * 3).limit(3)).all()
        print(total, len(rows))

# %% authorisation check in each call
def current_user(s):
    return s.scalars(select(Student).where(Student.name == "S1")).one()  #! duplicate confirmed - 3


def action(s, what):
    return current_user(s).id, what


with Local() as s:
    print([action(s, w) for w in "abc"])

# %% settings read per row, from one line
with Local() as s:
    for c in s.scalars(select(Course).limit(3)).all():
        limit = s.scalar(select(func.max(Lesson.day)))  #! duplicate confirmed - 3
        print(c.id, limit)

# %% update between reads of that table
with Local() as s:
    for n in range(3):
        print(s.scalar(select(func.sum(Student.points))))
        s.execute(update(Student).values(points=Student.points + 1))
    s.rollback()

# %% commit between reads
with Local() as s:
    for n in range(3):
        print(s.scalar(select(func.count()).select_from(Topic)))  #! duplicate confirmed - 3
        s.commit()

# %% one session each
for n in range(3):
    with Local() as s:
        print(s.scalar(select(func.count()).select_from(Topic)))  #! duplicate confirmed - 3

# %% lazy after expire by commit, read twice
with Local() as s:
    c = s.get(Course, 1)
    print(len(c.lessons))
    s.commit()
    print(len(c.lessons))  #! duplicate confirmed Course.lessons 2 #! duplicate confirmed Course.id 2

# %% delete and re-read
with Local() as s:
    print(s.scalar(select(func.count()).select_from(Event)))
    s.execute(delete(Event).where(Event.id < 0))
    print(s.scalar(select(func.count()).select_from(Event)))
    s.rollback()

# %% flush of pending between
with Local() as s:
    print(s.scalars(select(Topic.name)).all())
    s.add(Event(kind="a", ref=1))
    s.flush()
    print(s.scalars(select(Topic.name)).all())  #! duplicate confirmed - 2
    s.rollback()

# %% with relationship write through secondary
with Local() as s:
    c = s.get(Course, 1)
    print(s.execute(select(func.count()).select_from(course_topic).where(course_topic.c.course_id == 1)).scalar())
    c.topics.clear()
    s.flush()
    print(s.execute(select(func.count()).select_from(course_topic).where(course_topic.c.course_id == 1)).scalar())
    s.rollback()

# %% ordered otherwise
with Local() as s:
    print(s.scalars(select(Topic.name).order_by(Topic.name)).first())
    print(s.scalars(select(Topic.name).order_by(Topic.name.desc())).first())

# %% random order
with Local() as s:
    print(len(s.scalars(select(Topic.name).order_by(func.random())).all()))
    print(len(s.scalars(select(Topic.name).order_by(func.random())).all()))

# %% get twice: second from the map
with Local() as s:
    a = s.get(Course, 5)
    b = s.get(Course, 5)
    print(a is b)

# %% one() twice of the same
with Local() as s:
    a = s.scalars(select(Course).where(Course.id == 5)).one()
    b = s.scalars(select(Course).where(Course.id == 5)).one()  #! duplicate confirmed - 2
    print(a is b)

# %% two sessions, one query each
with Local() as a, Local() as b:
    print(a.scalar(select(func.max(Course.id))))
    print(b.scalar(select(func.max(Course.id))))  #! duplicate confirmed - 2

# %% retry loop
with Local() as s:
    for attempt in range(3):
        found = s.scalars(select(Event).where(Event.kind == "never")).first()  #! duplicate confirmed - 3
        if found:
            break

# %% autoflush write of that table between (add then query)
with Local() as s:
    for n in range(3):
        found = s.scalars(select(Event).where(Event.kind == "once")).first()
        s.add(Event(kind="once", ref=n))
    s.rollback()

# %% scalar subquery used twice in one statement
with Local() as s:
    sub = select(func.max(Course.id)).scalar_subquery()
    print(s.execute(select(sub, sub + 1)).one())
