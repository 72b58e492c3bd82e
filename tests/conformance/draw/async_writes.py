"""Random changes in an async session: each a line of its own, which may fail."""
from .options import criterion, options
from .queries import ordered
from .sessions import Writer, caught, rows_in_the_end


class AsyncWriter(Writer):
    """As in a session that is not async, but what loads is awaited, run in `run_sync`, or left to fail."""

    def attempt(self, what):
        if "session." not in what:  # an object is read or changed
            kind = self.dice.random()
            if kind < 0.35:
                what = f"session.run_sync(lambda _: {what})"
            elif kind < 0.6:
                self.awaited(what)
        self.lines.append(f"    await attempt(lambda: {what})")

    def awaited(self, what):
        """First the relationship that it is about."""
        for name, cls in self.objects:
            for relationship in cls.relationships:
                if f"{name}.{relationship.name}" in what or f'({name}, "{relationship.name}"' in what:
                    self.lines.append(f"    await attempt(lambda: {name}.awaitable_attrs.{relationship.name})")
                    return

    def load(self):
        super().load()
        if self.lines and " = session.get(" in self.lines[-1]:
            self.lines[-1] = self.lines[-1].replace("session.get(", "await session.get(")

    def query(self):
        cls = self.dice.choice(self.model.classes)
        text = f"select({cls.name})" + options(self.model, self.dice, cls) + ordered(self.dice, cls)
        self.attempt(f"taken(session.scalars({text}))")

    def statement(self):
        cls = self.dice.choice(self.model.classes)
        self.attempt(self.dice.choice([
            f"written(session.execute(update({cls.name}).where({criterion(self.dice, cls)}).values(score={self.dice.randint(0, 9)})))",
            f"written(session.execute(delete({cls.name}).where({criterion(self.dice, cls)})))",
            f"session.scalar(select(func.count()).select_from({cls.name}))",
        ]))

    def nested(self):
        """Some changes inside of a savepoint, which may be taken back."""
        name = f"save{self.count}"
        self.count += 1
        self.lines.append(f"    {name} = await session.begin_nested()")
        for _ in range(self.dice.randint(1, 3)):
            self.step()
        self.attempt(f"session.in_nested_transaction() and {name}.{self.dice.choice(['commit', 'rollback'])}()")


def lines(model, dice):
    writer = AsyncWriter(model, dice)
    for _ in range(dice.randint(1, 4)):
        writer.load()
    if not writer.objects:
        writer.make()
    for _ in range(dice.randint(2, 10)):
        writer.step()
    writer.attempt("session.commit()")
    session = dice.choice(["make_session()", "make_session()", "AsyncSession(engine)", "AsyncSession(engine, expire_on_commit=False)"])
    first, *others = rows_in_the_end(model)
    return [f"async with {session} as session:", *caught(writer.lines), f"async {first.replace('Session(engine)', 'AsyncSession(engine)')}",
            *(line.replace("print(session.execute(", "print((await session.execute(").replace(").all())", ")).all())") for line in others)]
