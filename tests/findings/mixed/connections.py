#@ school
# %% Core connection, key in a loop
with engine.connect() as c:
    for n in range(1, 6):
        print(c.execute(select(Course.title).where(Course.id == n)).scalar())  #! n_plus_one suspected - 5

# %% Core tables
course = Course.__table__
lesson = Lesson.__table__
with engine.connect() as c:
    for row in c.execute(select(course.c.id, course.c.title).limit(4)):
        days = c.execute(select(lesson.c.day).where(lesson.c.course_id == row.id)).scalars().all()  #! n_plus_one suspected - 4
        print(row.title, days)

# %% a connection for each
for n in range(1, 4):
    with engine.connect() as c:
        print(c.execute(text("select name from student where id = :n"), {"n": n}).scalar())  #! n_plus_one suspected - 3

# %% inserts one by one
with engine.begin() as c:
    for n in range(5):
        c.execute(insert(Event).values(kind="a", ref=n))  #! unbatched_writes suspected - 5

# %% executemany
with engine.begin() as c:
    c.execute(insert(Event), [{"kind": "b", "ref": n} for n in range(5)])

# %% inserts of many values
with engine.begin() as c:
    c.execute(insert(Event).values([{"kind": "c", "ref": n} for n in range(5)]))

# %% updates one by one
with engine.begin() as c:
    for n in range(1, 5):
        c.execute(update(Student).where(Student.id == n).values(points=n * 10))  #! unbatched_writes suspected - 4

# %% bulk update by key
with Session(engine) as s:
    s.execute(update(Student), [{"id": n, "points": n} for n in range(1, 5)])
    s.commit()

# %% text inserts
with engine.begin() as c:
    for n in range(4):
        c.execute(text("INSERT INTO event (kind, ref) VALUES (:k, :r)"), {"k": "d", "r": n})  #! unbatched_writes suspected - 4

# %% text insert with a list
with engine.begin() as c:
    c.execute(text("INSERT INTO event (kind, ref) VALUES (:k, :r)"), [{"k": "e", "r": n} for n in range(4)])

# %% exec_driver_sql
with engine.begin() as c:
    for n in range(1, 4):
        print(c.exec_driver_sql("SELECT name FROM student WHERE id = ?", (n,)).scalar())  #! n_plus_one suspected - 3

# %% the same question twice
with engine.connect() as c:
    print(c.scalar(select(func.count()).select_from(Student)))
    print(c.scalar(select(func.count()).select_from(Student)))  #! duplicate confirmed - 2

# %% the same question with a write of another table
with engine.begin() as c:
    print(c.scalar(select(func.count()).select_from(Student)))
    c.execute(insert(Event).values(kind="f", ref=0))
    print(c.scalar(select(func.count()).select_from(Student)))  #! duplicate confirmed - 2

# %% with a write of its table
with engine.begin() as c:
    print(c.scalar(select(func.count()).select_from(Event)))
    c.execute(insert(Event).values(kind="g", ref=0))
    print(c.scalar(select(func.count()).select_from(Event)))

# %% a write of a joined table
with engine.begin() as c:
    q = select(Course.title, Teacher.name).join(Teacher).where(Course.id == 1)
    print(c.execute(q).all())
    c.execute(update(Teacher).where(Teacher.id == 1).values(name="T one"))
    print(c.execute(q).all())

# %% a write of a table in a subquery
with engine.begin() as c:
    q = select(Course.id).where(Course.teacher_id.in_(select(Teacher.id).where(Teacher.name == "T2")))
    print(c.execute(q).all())
    c.execute(update(Teacher).where(Teacher.id == 2).values(name="T two"))
    print(c.execute(q).all())

# %% delete in a loop
with engine.begin() as c:
    for n in range(1, 5):
        c.execute(delete(Event).where(Event.id == n))  #! unbatched_writes suspected - 4

# %% delete of many
with engine.begin() as c:
    c.execute(delete(Event).where(Event.id.in_([5, 6, 7])))

# %% a transaction for each batch
for chunk in batched(range(12), 4):
    with engine.begin() as c:
        c.execute(insert(Event), [{"kind": "h", "ref": n} for n in chunk])

# %% insert from select in a loop
with engine.begin() as c:
    for k in ("x", "y", "z"):
        c.execute(insert(Event).from_select(["kind", "ref"], select(literal(k), Course.id).where(Course.id < 4)))

# %% inserts with returning, each needed
with engine.begin() as c:
    ids = [c.execute(insert(Event).values(kind="r", ref=n).returning(Event.id)).scalar() for n in range(4)]  #! unbatched_writes suspected - 4
    print(len(ids))

# %% mixed statements each once
with engine.begin() as c:
    c.execute(insert(Event).values(kind="m", ref=1))
    c.execute(update(Event).where(Event.kind == "m").values(ref=2))
    c.execute(delete(Event).where(Event.kind == "m"))
