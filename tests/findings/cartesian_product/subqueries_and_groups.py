# %% Nothing wrong with these
with Session(engine) as session:
    session.scalars(select(Author).where(Author.books.any(Book.title == "Book 1"))).all()
    session.scalars(select(Author).where(~Author.books.any())).all()
    session.execute(select(Author.name, func.count(Book.id)).join(Author.books).group_by(Author.id)).all()
    counts = select(Book.author_id, func.count().label("n")).group_by(Book.author_id).subquery()
    session.execute(select(Author, counts.c.n).outerjoin(counts, counts.c.author_id == Author.id)).all()
    session.scalars(select(Book).where(Book.author_id == select(func.max(Author.id)).scalar_subquery())).all()
