# %% A limit over a plain join
with Session(engine) as session:
    query = select(Author).join(Author.books).order_by(Author.id).limit(6)
    session.scalars(query).unique().all()  #! page_of_rows confirmed - 1
    session.scalars(select(Author).join(Author.books).distinct().order_by(Author.id).limit(6)).all()
    session.scalars(select(Book).join(Book.author).order_by(Book.id).limit(6)).all()
