#@ school
# %% context manager session factory
@contextmanager
def unit():
    s = Local()
    try:
        yield s
        s.commit()
    finally:
        s.close()


for n in range(1, 5):
    with unit() as s:
        print(s.get(Student, n).name)  #! n_plus_one suspected - 4

# %% a repository class
class Repo:
    def __init__(self, session):
        self.session = session

    def by_id(self, id):
        return self.session.get(Course, id)  #! n_plus_one suspected - 4

    def all(self):
        return self.session.scalars(select(Course)).all()

    def lessons(self, course):
        return self.session.scalars(select(Lesson).where(Lesson.course_id == course.id)).all()  #! n_plus_one suspected - 12


with Local() as s:
    repo = Repo(s)
    print([repo.by_id(n).title for n in (2, 4, 6, 8)])
    print(sum(len(repo.lessons(c)) for c in repo.all()))

# %% cached by lru_cache: each once
with Local() as s:
    @lru_cache
    def topic(name):
        return s.scalars(select(Topic).where(Topic.name == name)).one()  #! n_plus_one suspected - 3

    print([topic(n).id for n in ("top1", "top2", "top3", "top1", "top2")])

# %% decorator
def logged(f):
    def inner(*a):
        result = f(*a)
        print(f.__name__, result)
        return result
    return inner


@logged
def size(course):
    return len(course.enrolments)  #! n_plus_one confirmed Course.enrolments 12


with Local() as s:
    for c in s.scalars(select(Course)):
        size(c)

# %% class with __iter__
class Report:
    def __init__(self, s):
        self.s = s

    def __iter__(self):
        for t in self.s.scalars(select(Teacher)):
            yield t.name, len(t.courses)  #! n_plus_one confirmed Teacher.courses 6


with Local() as s:
    print(dict(Report(s)))

# %% groupby over a to-one
with Local() as s:
    courses = s.scalars(select(Course).order_by(Course.teacher_id)).all()
    for teacher, group in groupby(courses, key=lambda c: c.teacher):  #! n_plus_one confirmed Course.teacher 6
        print(teacher.name, len(list(group)))

# %% reduce
with Local() as s:
    print(reduce(lambda total, c: total + len(c.lessons), s.scalars(select(Course)), 0))  #! n_plus_one confirmed Course.lessons 12

# %% match statement
with Local() as s:
    for c in s.scalars(select(Course).where(Course.id < 5)):
        match c.topics:  #! n_plus_one confirmed Course.topics 4
            case [a, b]:
                print(a.name, b.name)
            case _:
                print("?")

# %% walrus in a while
with Local() as s:
    rest = list(s.scalars(select(Course).where(Course.id < 5)))
    while rest and (lessons := rest.pop().lessons):  #! n_plus_one confirmed Course.lessons 4
        print(len(lessons))

# %% f-string
with Local() as s:
    for e in s.scalars(select(Enrolment).where(Enrolment.student_id == 3)):
        print(f"{e.course.title}: {e.grade}")  #! n_plus_one confirmed Enrolment.course 3

# %% two relationships on one line
with Local() as s:
    for e in s.scalars(select(Enrolment).where(Enrolment.grade == 1)):
        print(e.course.title, e.student.name)  #! n_plus_one confirmed Enrolment.course 10 #! n_plus_one confirmed Enrolment.student 10

# %% the same relationship on two lines
with Local() as s:
    for c in s.scalars(select(Course)):
        if c.id % 2:
            print(len(c.lessons))  #! n_plus_one confirmed Course.lessons 6
        else:
            print(c.lessons[0].day)  #! n_plus_one confirmed Course.lessons 6

# %% lambda default in a dict of handlers
with Local() as s:
    handlers = {"n": lambda t: len(t.courses), "o": lambda t: t.office}  #! n_plus_one confirmed Teacher.courses 6 #! n_plus_one confirmed Teacher.office 6
    for t in s.scalars(select(Teacher)):
        print([bool(h(t)) for h in handlers.values()])

# %% recursion with a memo by hand
def depth(d, memo):
    if d.id not in memo:
        memo[d.id] = 0 if d.parent is None else 1 + depth(d.parent, memo)  #! n_plus_one confirmed Department.parent 3
    return memo[d.id]


with Local() as s:
    memo = {}
    leaves = s.scalars(select(Department).where(Department.id > 3)).all()
    print([depth(d, memo) for d in leaves])

# %% sessions nested: inner session in an outer loop
with Local() as outer:
    for t in outer.scalars(select(Teacher)):
        with Local() as inner:
            print(inner.scalar(select(func.count()).where(Course.teacher_id == t.id)))  #! n_plus_one suspected - 6

# %% scoped session
registry = scoped_session(Local)
for c in registry.scalars(select(Course).where(Course.id < 4)):
    print(c.teacher.name)  #! n_plus_one suspected Course.teacher 2
registry.remove()

# %% object_session
def others(course):
    return object_session(course).scalar(select(func.count()).where(Course.teacher_id == course.teacher_id, Course.id != course.id))  #! n_plus_one suspected - 4


with Local() as s:
    print([others(c) for c in s.scalars(select(Course).where(Course.id.in_([1, 3, 5, 7])))])

# %% expunged and read: no statement
with Local() as s:
    c = s.scalars(select(Course).where(Course.id == 1).options(selectinload(Course.lessons))).one()
    s.expunge(c)
    print(len(c.lessons))

# %% refresh in a loop
with Local() as s:
    for st in s.scalars(select(Student).where(Student.id < 5)).all():
        s.refresh(st)  #! n_plus_one confirmed - 4
        print(st.name)

# %% expire and read in a loop
with Local() as s:
    for st in s.scalars(select(Student).where(Student.id < 5)).all():
        s.expire(st)
        print(st.name)  #! n_plus_one confirmed Student.name 4
