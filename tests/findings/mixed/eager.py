#@ school
# %% selectin, none read
with Local() as s:
    print([t.name for t in s.scalars(select(Teacher).options(selectinload(Teacher.courses)))])  #! unused_eager_load confirmed Teacher.courses 1

# %% selectin, some read
with Local() as s:
    for t in s.scalars(select(Teacher).options(selectinload(Teacher.courses))):
        if t.id == 3:
            print(len(t.courses))

# %% chained, only the first read
with Local() as s:
    for t in s.scalars(select(Teacher).options(selectinload(Teacher.courses).selectinload(Course.lessons))):  #! unused_eager_load confirmed Course.lessons 1
        print(len(t.courses))

# %% joined to-one not read
with Local() as s:
    print([c.title for c in s.scalars(select(Course).options(joinedload(Course.teacher)))])  #! unused_eager_load confirmed Course.teacher 1

# %% joined to-one read
with Local() as s:
    print([c.teacher.name for c in s.scalars(select(Course).options(joinedload(Course.teacher)))])

# %% subqueryload not read
with Local() as s:
    print([t.name for t in s.scalars(select(Teacher).options(subqueryload(Teacher.courses)))])  #! unused_eager_load confirmed Teacher.courses 1

# %% read through a pydantic-like serializer
def dump(obj, fields):
    return {f: getattr(obj, f) for f in fields}


with Local() as s:
    print([dump(c, ["title", "lessons"])["title"] for c in s.scalars(select(Course).options(selectinload(Course.lessons)))])

# %% read after the session
with Local() as s:
    teachers = s.scalars(select(Teacher).options(selectinload(Teacher.courses))).all()
print([len(t.courses) for t in teachers])

# %% contains_eager read
with Local() as s:
    print([len(t.courses) for t in s.scalars(select(Teacher).join(Teacher.courses).options(contains_eager(Teacher.courses))).unique()])

# %% contains_eager not read
with Local() as s:
    print([c.title for c in s.scalars(select(Course).join(Course.teacher).options(contains_eager(Course.teacher)).where(Teacher.name != "x"))])  #! unused_eager_load confirmed Course.teacher 1

# %% empty result
with Local() as s:
    print([t.name for t in s.scalars(select(Teacher).where(Teacher.id > 100).options(selectinload(Teacher.courses)))])

# %% eager on get, not read
with Local() as s:
    print(s.get(Teacher, 1, options=[selectinload(Teacher.courses)]).name)  #! unused_eager_load confirmed Teacher.courses 1

# %% used by cascade delete
with Local() as s:
    for c in s.scalars(select(Course).where(Course.id == 12).options(selectinload(Course.enrolments))):
        s.delete(c)
    s.rollback()

# %% used by an append
with Local() as s:
    c = s.scalars(select(Course).where(Course.id == 11).options(selectinload(Course.lessons))).one()
    c.lessons.append(Lesson(day=3))
    s.rollback()

# %% immediateload for many, read
with Local() as s:
    print([len(t.courses) for t in s.scalars(select(Teacher).options(immediateload(Teacher.courses)))])  #! n_plus_one confirmed Teacher.courses 6

# %% immediateload, not read
with Local() as s:
    print([t.name for t in s.scalars(select(Teacher).options(immediateload(Teacher.office)))])  #! n_plus_one confirmed Teacher.office 6 #! unused_eager_load confirmed Teacher.office 6

# %% row multiplication
with Local() as s:
    print([len(c.enrolments) + 0 for c in s.scalars(select(Course).options(joinedload(Course.enrolments))).unique()])

# %% cartesian by two joined collections
with Local() as s:
    print([len(c.enrolments) + len(c.lessons) for c in s.scalars(select(Course).options(joinedload(Course.enrolments), joinedload(Course.lessons))).unique()])  #! cartesian_product confirmed Course.enrolments 1

# %% one joined and one selectin
with Local() as s:
    print([len(c.enrolments) + len(c.lessons) for c in s.scalars(select(Course).options(joinedload(Course.enrolments), selectinload(Course.lessons))).unique()])

# %% joined to-one and joined collection
with Local() as s:
    print([(c.teacher.name, len(c.lessons)) for c in s.scalars(select(Course).options(joinedload(Course.teacher), joinedload(Course.lessons))).unique()])

# %% from without join
with Local() as s:
    print(len(s.execute(select(Teacher.name, Student.name)).all()))  #! cartesian_product confirmed - 1

# %% from with a where that joins
with Local() as s:
    print(len(s.execute(select(Teacher.name, Course.title).where(Teacher.id == Course.teacher_id)).all()))

# %% aliased pair, joined by inequality
with Local() as s:
    a, b = aliased(Student), aliased(Student)
    print(len(s.execute(select(a.name, b.name).where(a.id < b.id)).all()))

# %% where on a class that is not selected from
with Local() as s:
    print(len(s.scalars(select(Course).where(Teacher.name == "T1")).all()))  #! cartesian_product confirmed - 1

# %% cross join on purpose
with Local() as s:
    print(len(s.execute(select(Topic.name, Teacher.name).join(Teacher, literal(True))).all()))

# %% page over a join
with Local() as s:
    print([t.name for t in s.scalars(select(Teacher).join(Teacher.courses).order_by(Teacher.id).limit(4)).unique()])  #! page_of_rows confirmed - 1

# %% page with joinedload: wrapped
with Local() as s:
    print([len(t.courses) for t in s.scalars(select(Teacher).options(joinedload(Teacher.courses)).limit(3)).unique()])

# %% page with selectinload
with Local() as s:
    print([len(t.courses) for t in s.scalars(select(Teacher).options(selectinload(Teacher.courses)).limit(3))])

# %% page over a to-one join
with Local() as s:
    print([c.title for c in s.scalars(select(Course).join(Course.teacher).order_by(Course.id).limit(4))])

# %% page with contains_eager
with Local() as s:
    print([len(t.courses) for t in s.scalars(select(Teacher).join(Teacher.courses).options(contains_eager(Teacher.courses)).order_by(Teacher.id).limit(3)).unique()])  #! page_of_rows confirmed Teacher.courses 1

# %% distinct page over a join
with Local() as s:
    print([t.name for t in s.scalars(select(Teacher).join(Teacher.courses).distinct().order_by(Teacher.id).limit(3))])

# %% group by page
with Local() as s:
    print([tuple(r) for r in s.execute(select(Teacher.name, func.count()).join(Teacher.courses).group_by(Teacher.id).limit(3))])

# %% first() over a join
with Local() as s:
    print(s.query(Teacher).join(Teacher.courses).order_by(Course.title).first().name)

# %% one_or_none with joinedload
with Local() as s:
    print(len(s.scalars(select(Teacher).where(Teacher.id == 2).options(joinedload(Teacher.courses))).unique().one().courses))

# %% selectin in two queries of one cell, one read
with Local() as s:
    a = s.scalars(select(Teacher).where(Teacher.id < 3).options(selectinload(Teacher.courses))).all()
    b = s.scalars(select(Teacher).where(Teacher.id > 3).options(selectinload(Teacher.courses))).all()  #! unused_eager_load confirmed Teacher.courses 1
    print([len(t.courses) for t in a])
