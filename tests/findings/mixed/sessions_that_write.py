#@ school
# %% add and commit each
with Local() as s:
    for n in range(4):
        s.add(Event(kind="a", ref=n))
        s.commit()  #! unbatched_writes confirmed - 4

# %% a session for each
for n in range(4):
    with Local() as s:
        s.add(Event(kind="b", ref=n))
        s.commit()  #! unbatched_writes confirmed - 4

# %% begin blocks
for n in range(3):
    with Local.begin() as s:  #! unbatched_writes confirmed - 3
        s.add(Event(kind="c", ref=n))

# %% add all, then commit
with Local() as s:
    s.add_all([Event(kind="d", ref=n) for n in range(4)])
    s.commit()

# %% two flushes are no loop
with Local() as s:
    s.add(Event(kind="e", ref=1))
    s.flush()
    s.add(Event(kind="e", ref=2))
    s.flush()
    s.commit()

# %% autoflush by a query in the loop
with Local() as s:
    for n in range(4):
        s.add(Event(kind="f", ref=n))
        print(s.scalar(select(func.count()).select_from(Event)))  #! unbatched_writes confirmed - 4
    s.commit()

# %% no_autoflush
with Local() as s, s.no_autoflush:
    for n in range(4):
        s.add(Event(kind="g", ref=n))
        print(s.scalar(select(func.count()).select_from(Student).where(Student.points > n)))
    s.commit()

# %% updates, one commit each
with Local() as s:
    for st in s.scalars(select(Student).where(Student.id < 5)).all():
        st.points += 1  #! n_plus_one confirmed Student.points 3
        s.commit()  #! unbatched_writes confirmed - 4

# %% updates in one commit
with Local() as s:
    for st in s.scalars(select(Student)):
        st.points += 1
    s.commit()

# %% get or create
def get_or_create(s, name):
    found = s.scalars(select(Topic).where(Topic.name == name)).one_or_none()  #! n_plus_one suspected - 4 #! unbatched_writes confirmed - 3
    if found is None:
        found = Topic(name=name)
        s.add(found)
    return found


with Local() as s:
    print([get_or_create(s, name).name for name in ("p", "q", "r", "s")])
    s.commit()

# %% savepoints, one row each
with Local() as s:
    for n in range(4):
        with s.begin_nested():  #! unbatched_writes confirmed - 4
            s.add(Event(kind="h", ref=n))
    s.commit()

# %% a parent with its children each flush
with Local() as s:
    for n in range(3):
        s.add(Course(title=f"N{n}", teacher_id=1, lessons=[Lesson(day=d) for d in range(3)]))
        s.commit()

# %% parent and one child each flush
with Local() as s:
    for n in range(3):
        s.add(Course(title=f"M{n}", teacher_id=1, lessons=[Lesson(day=1)]))
        s.commit()  #! unbatched_writes confirmed - 3

# %% bulk_save_objects
with Local() as s:
    s.bulk_save_objects([Event(kind="i", ref=n) for n in range(5)])
    s.commit()

# %% bulk_insert_mappings in a loop
with Local() as s:
    for n in range(4):
        s.bulk_insert_mappings(Event, [{"kind": "j", "ref": n}])  #! unbatched_writes suspected - 4
    s.commit()

# %% session.execute(insert) each
with Local() as s:
    for n in range(4):
        s.execute(insert(Event).values(kind="k", ref=n))  #! unbatched_writes suspected - 4
    s.commit()

# %% append through a many-to-many, one by one
with Local() as s:
    course = s.get(Course, 1)
    topics = s.scalars(select(Topic).where(Topic.id > 2, Topic.id < 5)).all()
    for topic in topics:
        if topic not in course.topics:
            course.topics.append(topic)
    s.commit()

# %% delete one by one in one flush
with Local() as s:
    for e in s.scalars(select(Event).where(Event.kind == "a")).all():
        s.delete(e)
    s.commit()

# %% delete with a flush each
with Local() as s:
    for e in s.scalars(select(Event).where(Event.kind == "b")).all():
        s.delete(e)
        s.flush()  #! unbatched_writes confirmed - 4
    s.commit()

# %% merge in a loop
with Local() as s:
    for n in range(1, 5):
        s.merge(Student(id=n, name=f"merged {n}"))  #! n_plus_one suspected - 4 #! unbatched_writes confirmed - 3
    s.commit()

# %% while with counter
n = 0
with Local() as s:
    while n < 3:
        s.add(Event(kind="w", ref=n))
        s.flush()  #! unbatched_writes confirmed - 3
        n += 1
    s.commit()

# %% batches of two
with Local() as s:
    for chunk in batched(range(6), 2):
        s.add_all([Event(kind="z", ref=n) for n in chunk])
        s.commit()
