# %% Author and editor of one book
with Session(engine) as session:
    book = session.get(Book, 20)
    print(book.author.name, book.editor.name)
