#@ school
# %% query style, get in a loop
with Local() as s:
    for n in (1, 3, 5, 7):
        print(s.query(Course).get(n).title)  #! n_plus_one suspected - 4

# %% filter_by ... first
with Local() as s:
    for name in ["S1", "S2", "S3"]:
        print(s.query(Student).filter_by(name=name).first().id)  #! n_plus_one suspected - 3

# %% count in a loop
with Local() as s:
    for c in s.query(Course).limit(5):
        print(s.query(Enrolment).filter(Enrolment.course_id == c.id).count())  #! n_plus_one suspected - 5

# %% exists in a loop
with Local() as s:
    for c in s.query(Course).limit(4):
        print(s.query(s.query(Lesson).filter(Lesson.course_id == c.id).exists()).scalar())  #! n_plus_one suspected - 4

# %% with_parent-like filter by object
with Local() as s:
    for t in s.query(Teacher):
        print(s.query(Course).filter(Course.teacher == t).count())  #! n_plus_one suspected - 6

# %% two different questions
with Local() as s:
    print(s.query(Student).filter_by(name="S1").first().id)
    print(s.query(Student).filter_by(name="S2").first().id)

# %% offset pages
with Local() as s:
    for page in range(3):
        print([x.name for x in s.query(Student).order_by(Student.id).offset(page * 4).limit(4)])

# %% keyset pages
with Local() as s:
    last = 0
    while rows := s.query(Student).filter(Student.id > last).order_by(Student.id).limit(3).all():
        last = rows[-1].id
        print(last)

# %% pages with a constant filter
with Local() as s:
    last = 0
    while rows := s.scalars(select(Lesson).where(Lesson.course_id == 3, Lesson.id > last).order_by(Lesson.id).limit(1)).all():
        last = rows[-1].id
        print(last)

# %% pages by slices
with Local() as s:
    query = s.query(Student).order_by(Student.id)
    for start in range(0, 10, 5):
        print([x.name for x in query[start:start + 5]])

# %% chunks of ids
with Local() as s:
    for chunk in batched(range(1, 13), 4):
        print(len(s.scalars(select(Course).where(Course.id.in_(chunk))).all()))

# %% aggregate by one query
with Local() as s:
    print(dict(s.execute(select(Course.teacher_id, func.count()).group_by(Course.teacher_id)).all()))

# %% the last of each, one by one
with Local() as s:
    for c in s.scalars(select(Course).limit(4)):
        latest = s.scalars(select(Lesson).where(Lesson.course_id == c.id).order_by(Lesson.id.desc()).limit(1)).first()  #! n_plus_one suspected - 4
        print(latest.day)

# %% range for each: BETWEEN in a loop over weeks, no key
with Local() as s:
    for week in range(3):
        print(s.scalar(select(func.count()).where(Lesson.id.between(week * 7, week * 7 + 6))))

# %% text sql in a loop
with Local() as s:
    for n in range(1, 5):
        print(s.execute(text("SELECT title FROM course WHERE id = :id"), {"id": n}).scalar())  #! n_plus_one suspected - 4

# %% f-string sql in a loop
with Local() as s:
    for n in range(1, 5):
        print(s.execute(text(f"SELECT title FROM course WHERE id = {n}")).scalar())  #! n_plus_one suspected - 4

# %% get of what is in the session
with Local() as s:
    known = s.scalars(select(Course)).all()
    for n in range(1, 13):
        print(s.get(Course, n).title)

# %% get of the same row
with Local() as s:
    for n in range(4):
        print(s.get(Course, 3).title)  #! duplicate confirmed - 4

# %% get with populate_existing of the same row
with Local() as s:
    for n in range(4):
        print(s.get(Course, 3, populate_existing=True).title)  #! duplicate confirmed - 4

# %% tuple of two keys
with Local() as s:
    for n in range(1, 5):
        print(s.get(Enrolment, (n, n % 12 + 1)).grade)  #! n_plus_one suspected - 4

# %% a search with LIKE
with Local() as s:
    for letter in "STU":
        print(s.scalar(select(func.count()).select_from(Student).where(Student.name.like(letter + "%"))))
