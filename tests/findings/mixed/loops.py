#@ school
# %% generator expression
with Local() as s:
    print(sum(len(c.lessons) for c in s.scalars(select(Course).where(Course.id <= 5))))  #! n_plus_one confirmed Course.lessons 5

# %% map and lambda
with Local() as s:
    courses = s.scalars(select(Course).limit(4)).all()
    print(list(map(lambda c: [t.name for t in c.topics], courses)))  #! n_plus_one confirmed Course.topics 4

# %% sorted by key
with Local() as s:
    print(sorted(s.scalars(select(Course)), key=lambda c: len(c.enrolments))[0].title)  #! n_plus_one confirmed Course.enrolments 12

# %% while over a deque
with Local() as s:
    queue = deque(s.scalars(select(Teacher).where(Teacher.id < 4)))
    while queue:
        teacher = queue.popleft()
        print(teacher.office and teacher.office.number)  #! n_plus_one confirmed Teacher.office 3

# %% any() stops early at the second
with Local() as s:
    print(any(len(c.topics) > 5 for c in s.scalars(select(Course).limit(2))))  #! n_plus_one suspected Course.topics 2

# %% all() stops at the first
with Local() as s:
    print(all(len(c.topics) > 5 for c in s.scalars(select(Course).limit(3))))

# %% dict comprehension over the association proxy
with Local() as s:
    print({st.name: [c.title for c in st.courses] for st in s.scalars(select(Student).where(Student.id <= 3))})  #! n_plus_one confirmed Student.enrolments 3 #! n_plus_one confirmed Enrolment.course 9

# %% nested function with a closure
with Local() as s:
    def report(course):
        return f"{course.title}: {course.teacher.name}"  #! n_plus_one confirmed Course.teacher 6
    print([report(c) for c in s.scalars(select(Course))])

# %% a generator function
def lesson_days(courses):
    for c in courses:
        yield from (l.day for l in c.lessons)  #! n_plus_one confirmed Course.lessons 3


with Local() as s:
    print(list(lesson_days(s.scalars(select(Course).where(Course.id.in_([1, 5, 9]))))))

# %% try/except in the loop
with Local() as s:
    for c in s.scalars(select(Course).limit(3)):
        try:
            print(c.lessons[0].day)  #! n_plus_one confirmed Course.lessons 3
        except IndexError:
            print("none")

# %% unpacked in for
with Local() as s:
    for c, n in zip(s.scalars(select(Course).limit(3)), range(10)):
        first, *rest = c.lessons  #! n_plus_one confirmed Course.lessons 3
        print(n, len(rest))

# %% one teacher's courses and their lessons
with Local() as s:
    t = s.get(Teacher, 1)
    print([len(c.lessons) for c in t.courses])  #! n_plus_one suspected Course.lessons 2

# %% read twice: the second answers from the session
with Local() as s:
    t = s.get(Teacher, 1)
    print(len(t.courses), len(t.courses))

# %% loop over one parent's to-one again and again
with Local() as s:
    for c in s.get(Teacher, 2).courses:
        print(c.teacher.name)  #! duplicate confirmed Course.teacher 2

# %% in operator
with Local() as s:
    topic = s.get(Topic, 1)
    print([c.title for c in s.scalars(select(Course).limit(6)) if topic in c.topics])  #! n_plus_one confirmed Course.topics 6

# %% deferred column in a loop
with Local() as s:
    print([t.cv for t in s.scalars(select(Teacher))])  #! n_plus_one confirmed Teacher.cv 6

# %% undeferred
with Local() as s:
    print([t.cv for t in s.scalars(select(Teacher).options(undefer(Teacher.cv)))])

# %% load_only then other column
with Local() as s:
    for st in s.scalars(select(Student).options(load_only(Student.id)).limit(4)):
        print(st.name)  #! n_plus_one confirmed Student.name 4
