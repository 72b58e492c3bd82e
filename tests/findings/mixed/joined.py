#@ school
# %% joined in a get
with Local() as s:
    print(len(s.get(Student, 1, options=[joinedload(Student.enrolments).joinedload(Enrolment.course)]).enrolments[0].course.title))

# %% joined chain of collections
with Local() as s:
    for t in s.scalars(select(Teacher).options(joinedload(Teacher.courses).joinedload(Course.lessons))).unique():  #! row_multiplication confirmed Teacher.courses 1
        print(sum(len(c.lessons) for c in t.courses))

# %% the same by selectin under joined
with Local() as s:
    for t in s.scalars(select(Teacher).options(joinedload(Teacher.courses).selectinload(Course.lessons))).unique():
        print(sum(len(c.lessons) for c in t.courses))

# %% two levels of siblings
with Local() as s:
    for t in s.scalars(select(Teacher).options(joinedload(Teacher.courses).options(joinedload(Course.lessons), joinedload(Course.enrolments)))).unique():  #! cartesian_product confirmed Course.enrolments 1
        print(sum(len(c.lessons) + len(c.enrolments) for c in t.courses))

# %% joins by hand of two collections, counted distinct
with Local() as s:
    q = select(Course.id, func.count(Lesson.id.distinct()), func.count(Enrolment.student_id.distinct())).join(Course.lessons).join(Course.enrolments).group_by(Course.id)
    print(len(s.execute(q).all()))  #! cartesian_product suspected Course.lessons 1

# %% join to filter, distinct objects
with Local() as s:
    print(len(s.scalars(select(Course).join(Course.enrolments).where(Enrolment.grade == 1).distinct()).all()))

# %% query style joins
with Local() as s:
    print(len(s.query(Teacher).join(Teacher.courses).join(Course.lessons).all()))

# %% outer join null filter
with Local() as s:
    print(len(s.scalars(select(Teacher).outerjoin(Teacher.office).where(Office.id.is_(None))).all()))

# %% select_from two tables related by a third's where
with Local() as s:
    print(len(s.execute(select(Course.title, Topic.name).where(Course.id == course_topic.c.course_id, Topic.id == course_topic.c.topic_id)).all()))

# %% forgot one of the conditions
with Local() as s:
    print(len(s.execute(select(Course.title, Topic.name).where(Course.id == course_topic.c.course_id)).all()))  #! cartesian_product confirmed - 1

# %% subquery not joined
with Local() as s:
    sub = select(Lesson.course_id, func.count().label("n")).group_by(Lesson.course_id).subquery()
    print(len(s.execute(select(Course.title, sub.c.n)).all()))  #! cartesian_product confirmed - 1

# %% subquery joined
with Local() as s:
    sub = select(Lesson.course_id, func.count().label("n")).group_by(Lesson.course_id).subquery()
    print(len(s.execute(select(Course.title, sub.c.n).join(sub, sub.c.course_id == Course.id)).all()))

# %% text with two tables
with Local() as s:
    print(len(s.execute(text("SELECT c.title, t.name FROM course c, topic t")).all()))  #! cartesian_product suspected - 1

# %% limit in a loop of pages with a join by hand
with Local() as s:
    for page in range(2):
        rows = s.scalars(select(Course).join(Course.lessons).order_by(Course.id).limit(6).offset(page * 6)).all()  #! page_of_rows confirmed - 2
        print([c.id for c in rows])

# %% limit with exists
with Local() as s:
    print([c.id for c in s.scalars(select(Course).where(Course.lessons.any(Lesson.day == 2)).limit(2))])

# %% limit over a many-to-many
with Local() as s:
    print([c.id for c in s.scalars(select(Course).join(Course.topics).order_by(Course.id).limit(5))])  #! page_of_rows confirmed - 1

# %% limit over columns of a join: rows are what is asked
with Local() as s:
    print(s.execute(select(Course.title, Lesson.day).join(Course.lessons).order_by(Lesson.id).limit(5)).all())

# %% query style slice with joinedload
with Local() as s:
    print([len(t.courses) for t in s.query(Teacher).options(joinedload(Teacher.courses)).order_by(Teacher.id)[:2]])

# %% limit with join to one
with Local() as s:
    print([l.day for l in s.scalars(select(Lesson).join(Lesson.course).join(Course.teacher).where(Teacher.id == 1).limit(3))])

# %% limit larger than the rows
with Local() as s:
    print(len(s.scalars(select(Teacher).join(Teacher.courses).limit(100)).unique().all()))
