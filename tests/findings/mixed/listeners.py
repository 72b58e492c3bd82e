#@ school
# %% audit listener: inserts through the connection, one by one
@event.listens_for(Event, "after_insert")
def audit(mapper, connection, target):
    connection.execute(update(Student).where(Student.id == target.ref).values(points=Student.points + 1))  #! unbatched_writes suspected - 5


with Local() as s:
    s.add_all([Event(kind="z", ref=n) for n in range(1, 6)])
    s.commit()

# %% listener that reads
@event.listens_for(Session, "before_flush")
def before(session, context, instances):
    for o in session.new:
        if isinstance(o, Lesson):
            print(session.get(Course, o.course_id).title)  #! n_plus_one suspected - 4


with Local() as s:
    s.add_all([Lesson(day=1, course_id=n) for n in (1, 2, 3, 4)])
    s.commit()

event.remove(Session, "before_flush", before)

# %% load listener touching a relationship
seen = []


@event.listens_for(Teacher, "load")
def loaded(target, context):
    seen.append(target.id)


with Local() as s:
    print(len(s.scalars(select(Teacher)).all()), len(seen))

# %% yield_per with selectin
with Local() as s:
    for c in s.scalars(select(Course).options(selectinload(Course.lessons)).execution_options(yield_per=4)):
        print(len(c.lessons))

# %% yield_per with lazy
with Local() as s:
    for c in s.scalars(select(Course).execution_options(yield_per=4)):
        print(len(c.lessons))  #! n_plus_one confirmed Course.lessons 12

# %% partitions
with Local() as s:
    for part in s.scalars(select(Course).order_by(Course.id)).partitions(5):
        print([c.teacher_id for c in part])

# %% selectin per page
with Local() as s:
    for page in range(3):
        for c in s.scalars(select(Course).options(selectinload(Course.lessons)).order_by(Course.id).limit(4).offset(page * 4)):
            print(len(c.lessons))

# %% selectinload on a get in a loop
with Local() as s:
    for n in (1, 2, 3, 4):
        print(len(s.get(Course, n, options=[selectinload(Course.lessons)]).lessons))  #! n_plus_one suspected - 4 #! n_plus_one confirmed Course.lessons 4

# %% joinedload on a get in a loop
with Local() as s:
    for n in (1, 2, 3, 4):
        print(len(s.get(Course, n, options=[joinedload(Course.lessons)]).lessons))  #! n_plus_one suspected - 4

# %% bulk: update then read
with Local() as s:
    s.execute(update(Student).values(points=0))
    print(s.scalar(select(func.sum(Student.points))))
    s.rollback()

# %% expire_on_commit with reads after
with Local() as s:
    students = s.scalars(select(Student).where(Student.id < 6)).all()
    s.commit()
    print([st.name for st in students])  #! n_plus_one confirmed Student.name 5

# %% expire_on_commit=False
with Local(expire_on_commit=False) as s:
    students = s.scalars(select(Student).where(Student.id < 6)).all()
    s.commit()
    print([st.name for st in students])

# %% same query by two functions
def titles(s):
    return s.scalars(select(Course.title)).all()


def longest(s):
    return max(s.scalars(select(Course.title)).all(), key=len)  #! duplicate confirmed - 2


with Local() as s:
    print(len(titles(s)), longest(s))

# %% same query, other limit
with Local() as s:
    print(s.scalars(select(Course.title).limit(2)).all())
    print(s.scalars(select(Course.title).limit(3)).all())

# %% a query repeated in a loop without change
with Local() as s:
    for n in range(3):
        rate = s.scalar(select(func.max(Student.points)))  #! duplicate confirmed - 3
        print(rate)

# %% the same after a flush of that table
with Local() as s:
    print(s.scalar(select(func.count()).select_from(Student)))
    s.add(Student(name="new"))
    print(s.scalar(select(func.count()).select_from(Student)))
    s.rollback()

# %% the same after a rollback of a savepoint that wrote it
with Local() as s:
    print(s.scalar(select(func.count()).select_from(Student)))
    nested = s.begin_nested()
    s.add(Student(name="new"))
    s.flush()
    nested.rollback()
    print(s.scalar(select(func.count()).select_from(Student)))

# %% expire_all then read of one
with Local() as s:
    st = s.get(Student, 1)
    s.expire_all()
    print(st.name)  #! duplicate confirmed Student.name 2

# %% lazy None again and again
with Local() as s:
    t = s.get(Teacher, 6)
    for _ in range(3):
        print(t.office)

# %% polling for a change
with Local() as s:
    for n in range(3):
        print(s.scalar(select(func.count()).select_from(Event).where(Event.kind == "poll")))
        s.execute(insert(Event).values(kind="poll", ref=n))  #! unbatched_writes suspected - 3
    s.rollback()
