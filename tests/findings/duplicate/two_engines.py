#@ shop
# %% each database answers for itself
other = create_engine("sqlite://")
Base.metadata.create_all(other)
with Session(engine) as here, Session(other) as there:
    print(len(here.scalars(select(Tag)).all()), len(there.scalars(select(Tag)).all()))
    here.scalars(select(Tag)).all()  #! duplicate confirmed - 3
    there.add(Tag(name="there alone"))
    there.commit()
    print(len(here.scalars(select(Tag)).all()), len(there.scalars(select(Tag)).all()))
