#@ school
# %% in_ with one key
with Local() as s:
    for n in range(1, 5):
        print(s.scalars(select(Course.title).where(Course.id.in_([n]))).all())  #! n_plus_one suspected - 4

# %% not in with one, changing
with Local() as s:
    for n in range(1, 4):
        print(len(s.scalars(select(Course.title).where(Course.id.not_in([n]))).all()))

# %% has() in a loop
with Local() as s:
    for name in ("T1", "T2", "T3"):
        print(len(s.scalars(select(Course).where(Course.teacher.has(name=name))).all()))  #! n_plus_one suspected - 3

# %% any() in a loop
with Local() as s:
    for day in (1, 2, 3):
        print(len(s.scalars(select(Course).where(Course.lessons.any(Lesson.day == day))).all()))  #! n_plus_one suspected - 3

# %% contains an object
with Local() as s:
    for topic in s.scalars(select(Topic).where(Topic.id < 4)).all():
        print(len(s.scalars(select(Course).where(Course.topics.contains(topic))).all()))  #! n_plus_one suspected - 3

# %% join in the loop's query
with Local() as s:
    for t in s.scalars(select(Teacher)):
        print(s.execute(select(func.count(Lesson.id)).join(Course).where(Course.teacher_id == t.id)).scalar())  #! n_plus_one suspected - 6

# %% composite key by where
with Local() as s:
    for e in [(1, 2), (2, 3), (3, 4)]:
        print(s.execute(select(Enrolment.grade).where(Enrolment.student_id == e[0], Enrolment.course_id == e[1])).scalar())  #! n_plus_one suspected - 3

# %% a column constant, key changing
with Local() as s:
    for n in (1, 2, 3):
        print(s.scalar(select(func.count()).where(Enrolment.grade == 1, Enrolment.course_id == n)))  #! n_plus_one suspected - 3

# %% update with a subquery of the same key: writes
with Local() as s:
    for n in (1, 2, 3):
        s.execute(update(Student).where(Student.id == n).values(points=select(func.count()).where(Enrolment.student_id == n).scalar_subquery()))  #! unbatched_writes suspected - 3
    s.rollback()

# %% search with a range each: price bands
with Local() as s:
    for low in (0, 4, 8):
        print(s.scalar(select(func.count()).where(Student.id >= low, Student.id < low + 4)))

# %% union
with Local() as s:
    for n in (1, 2, 3):
        q = union_all(select(Course.title).where(Course.teacher_id == n), select(Teacher.name).where(Teacher.id == n))
        print(s.execute(q).all())  #! n_plus_one suspected - 3

# %% exists().select
with Local() as s:
    for n in (1, 2, 3):
        print(s.scalar(select(exists().where(Office.teacher_id == n))))  #! n_plus_one suspected - 3

# %% window function over everything, once
with Local() as s:
    print(len(s.execute(select(Course.id, func.row_number().over(partition_by=Course.teacher_id, order_by=Course.id))).all()))

# %% three unrelated singles on one line
with Local() as s:
    print(s.get(Course, 1).title, s.get(Student, 1).name, s.get(Teacher, 1).name)

# %% three gets of one class on one line, no loop
with Local() as s:
    print(s.get(Course, 1).title, s.get(Course, 2).title, s.get(Course, 3).title)  #! n_plus_one suspected - 3

# %% gets on three lines
with Local() as s:
    a = s.get(Course, 1)
    b = s.get(Course, 2)
    c = s.get(Course, 3)
    print(a.title, b.title, c.title)

# %% two keys only
with Local() as s:
    for n in (1, 2):
        print(s.get(Course, n).title)

# %% key by boolean flag
with Local() as s:
    for flag in (None, 1):
        print(s.scalar(select(func.count()).where(Enrolment.grade == flag)))

# %% the same key repeated, others between
with Local() as s:
    for n in (1, 2, 1, 2):
        print(s.scalar(select(Course.title).where(Course.id == n)))  #! duplicate confirmed - 4

# %% keyset by two columns
with Local() as s:
    last = (0, 0)
    for _ in range(3):
        rows = s.execute(select(Enrolment.student_id, Enrolment.course_id).where(tuple_(Enrolment.student_id, Enrolment.course_id) > last).order_by(Enrolment.student_id, Enrolment.course_id).limit(4)).all()
        last = tuple(rows[-1])
    print(last)

# %% keyset written with or_
with Local() as s:
    a, b = 0, 0
    for _ in range(3):
        rows = s.execute(select(Enrolment.student_id, Enrolment.course_id).where(or_(Enrolment.student_id > a, and_(Enrolment.student_id == a, Enrolment.course_id > b))).order_by(Enrolment.student_id, Enrolment.course_id).limit(4)).all()
        a, b = rows[-1]
    print(a, b)

# %% linked list by get
with Local() as s:
    d = s.scalars(select(Department).where(Department.id == 7)).one()
    steps = 0
    while d is not None:
        d = d.parent  #! n_plus_one suspected Department.parent 2
        steps += 1
    print(steps)

# %% first row for each letter
with Local() as s:
    for n in (1, 2, 3):
        print(s.scalars(select(Student).where(Student.name == f"S{n}").limit(1)).first().id)  #! n_plus_one suspected - 3

# %% lookups of three different tables by a helper line
def lookup(s, cls, id):
    return s.get(cls, id)


with Local() as s:
    print(lookup(s, Course, 1).title, lookup(s, Student, 1).name, lookup(s, Teacher, 1).name)

# %% read through a view of rows: Row objects
with Local() as s:
    for row in s.execute(select(Course, Teacher.name).join(Teacher)):
        print(row.Course.title, row.name, len(row.Course.topics))  #! n_plus_one confirmed Course.topics 12

# %% bundle of objects
with Local() as s:
    for course, teacher in s.execute(select(Course, Teacher).join(Course.teacher)):
        print(course.teacher is teacher)

# %% the count of a loaded collection
with Local() as s:
    for t in s.scalars(select(Teacher).options(selectinload(Teacher.courses))):
        print(t.course_titles and len(t.courses))
