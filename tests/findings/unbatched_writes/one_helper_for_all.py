# %% A helper that ends each piece of work is no loop
class Repository:
    def __init__(self, session):
        self.session = session

    def save(self):
        self.session.commit()


with Session(engine) as session:
    repository = Repository(session)
    prize = Prize(name="New", author_id=1)
    session.add(prize)
    repository.save()
    prize.name = "Renamed"
    repository.save()
    session.delete(prize)
    repository.save()
    for thing in (Log(message="a"), Author(name="b"), Prize(name="c", author_id=2)):
        session.add(thing)
        repository.save()

# %% The same write with other columns each time is one
with Session(engine) as session:
    for n, changes in enumerate([{"title": "a"}, {"editor_id": 2}, {"title": "b", "editor_id": 1}, {"title": "c"}]):
        session.execute(update(Book).where(Book.id == n + 1).values(**changes))  #! unbatched_writes suspected - 4
    session.commit()
