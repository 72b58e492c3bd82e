#@ school
# %% two helper lines in one chain: to-one then to-many
def label(course):
    return course.teacher.department.name  #! n_plus_one confirmed Course.teacher 6 #! n_plus_one confirmed Teacher.department 4


with Local() as s:
    print([label(c) for c in s.scalars(select(Course))])

# %% the same helper in another cell
with Local() as s:
    print([c.teacher.name for c in s.scalars(select(Course).where(Course.teacher_id < 5))])  #! n_plus_one confirmed Course.teacher 4

# %% writes inside the walking loop, autoflush in between
with Local() as s:
    for c in s.scalars(select(Course).where(Course.id < 6)).all():
        c.seats += len(c.lessons)  #! n_plus_one confirmed Course.lessons 5 #! unbatched_writes confirmed - 4
    s.rollback()

# %% a sum through a backref on new objects
with Local() as s:
    for n in range(1, 5):
        e = Enrolment(student=s.get(Student, n), course_id=12 if n != 3 else 11, grade=9)  #! n_plus_one suspected - 4
        print(len(e.student.name))
    s.rollback()

# %% selectin then nested lazy
with Local() as s:
    for t in s.scalars(select(Teacher).options(selectinload(Teacher.courses))):
        print([len(c.lessons) for c in t.courses])  #! n_plus_one confirmed Course.lessons 12

# %% lazy then nested selectin on the fly: selectin per owner
with Local() as s:
    for t in s.scalars(select(Teacher).options(lazyload(Teacher.courses).selectinload(Course.lessons))):
        print([len(c.lessons) for c in t.courses])  #! n_plus_one confirmed Teacher.courses 6

# %% raiseload guarded
with Local() as s:
    for t in s.scalars(select(Teacher).options(raiseload("*"))):
        try:
            t.courses
        except Exception as e:
            print(type(e).__name__)

# %% detached read
with Local() as s:
    t = s.scalars(select(Teacher)).first()
try:
    print(t.courses)
except Exception as e:
    print(type(e).__name__)

# %% many-to-many both ways
with Local() as s:
    for topic in s.scalars(select(Topic)):
        for c in topic.courses:  #! n_plus_one confirmed Topic.courses 5
            print([t.name for t in c.topics])  #! n_plus_one confirmed Course.topics 12

# %% one-to-one from the other side, each its own
with Local() as s:
    print([o.teacher.name for o in s.scalars(select(Office))])  #! n_plus_one confirmed Office.teacher 4

# %% one-to-one, half have none
with Local() as s:
    print([t.office.number for t in s.scalars(select(Teacher)) if t.office])  #! n_plus_one confirmed Teacher.office 6

# %% bool of a collection, then its length
with Local() as s:
    for c in s.scalars(select(Course).where(Course.id < 4)):
        if c.lessons:  #! n_plus_one confirmed Course.lessons 3
            print(len(c.lessons))

# %% hasattr and getattr
with Local() as s:
    for c in s.scalars(select(Course).where(Course.id < 4)):
        print(getattr(c, "lessons")[0].day)  #! n_plus_one confirmed Course.lessons 3

# %% vars: no load
with Local() as s:
    for c in s.scalars(select(Course).where(Course.id < 4)):
        print("lessons" in vars(c), "lessons" in inspect(c).unloaded)

# %% generic dump over the mapper's attributes
def dump(obj):
    return {a.key: getattr(obj, a.key) for a in inspect(type(obj)).column_attrs}  #! n_plus_one confirmed Teacher.cv 6


with Local() as s:
    print([dump(t)["name"] for t in s.scalars(select(Teacher))])

# %% dump of relationships
def dump_all(obj):
    return {r.key: bool(getattr(obj, r.key)) for r in inspect(type(obj)).relationships}  #! n_plus_one confirmed Course.teacher 6 #! n_plus_one confirmed Course.enrolments 12 #! n_plus_one confirmed Course.topics 12 #! n_plus_one confirmed Course.lessons 12


with Local() as s:
    print([dump_all(c)["teacher"] for c in s.scalars(select(Course))])

# %% expire one attribute in a loop
with Local() as s:
    for t in s.scalars(select(Teacher).options(selectinload(Teacher.courses))).all():  #! unused_eager_load confirmed Teacher.courses 1
        s.expire(t, ["courses"])
        print(len(t.courses))  #! n_plus_one confirmed Teacher.courses 6

# %% column property
class Busy(Base):
    __table__ = Teacher.__table__
    lessons_given = column_property(select(func.count(Lesson.id)).join(Course, Course.id == Lesson.course_id).where(Course.teacher_id == Teacher.__table__.c.id).correlate(Teacher.__table__).scalar_subquery())
    department = relationship(Department, viewonly=True)


with Local() as s:
    print([b.lessons_given for b in s.scalars(select(Busy))])

# %% deferred with undefer for one
with Local() as s:
    t = s.scalars(select(Teacher).where(Teacher.id == 1)).one()
    print(t.cv)

# %% batched get by in_, then get from the map
with Local() as s:
    wanted = [1, 5, 9]
    known = s.scalars(select(Course).where(Course.id.in_(wanted))).all()
    print([s.get(Course, n).title for n in wanted])
