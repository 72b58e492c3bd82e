//! What runs leave behind. Alone in its process, because it looks at the memory of all of it, which Linux tells.

#![cfg(target_os = "linux")]

use std::thread;

use lazyscope::python::{Interpreter, RunRequest, interrupt_channel};
use lazyscope::trace::{Event, Status};

/// Bytes of memory that this process holds.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("it tells what is resident");
    let kibibytes = line.trim().trim_end_matches(" kB");
    kibibytes.parse::<u64>().expect("a number") * 1024
}

/// Runs a program again and again: after the first twenty runs the process grows no more.
#[track_caller]
fn check_flat(program: &'static str) {
    let (_interrupter, receiver) = interrupt_channel();
    let worker = thread::Builder::new()
        .name("worker".to_owned())
        .stack_size(256 << 20);
    let running = worker.spawn(move || {
        let python = Interpreter::new(receiver);
        let request = RunRequest {
            code: program.to_owned(),
            ..RunRequest::default()
        };
        let run = |times: usize| {
            for _ in 0..times {
                python.run(&request, &mut |event| {
                    if let Event::Finished { outcome, .. } = event {
                        assert_eq!(outcome.status, Status::Ok, "{outcome:?}");
                    }
                    Ok(())
                });
            }
            resident()
        };
        let before = run(20);
        let grown = run(180).saturating_sub(before);
        assert!(grown < 4 << 20, "{grown} bytes");
    });
    running
        .expect("a thread starts")
        .join()
        .expect("the runs go well");
}

#[test]
fn two_hundred_runs_stay_flat() {
    check_flat(
        "import dataclasses, enum, random, asyncio, typing\n\
        class A:\n    def __init__(self): self.me = self\n\
        class B(A, typing.Generic[typing.TypeVar('T')]): pass\n\
        class C(enum.Enum):\n    X = 1\n\
        class E(Exception): pass\n\
        @dataclasses.dataclass\nclass D:\n    x: typing.Optional[int] = None\n    y: 'list[C]' = None\n\
        async def main():\n    await asyncio.sleep(0)\n\
        asyncio.run(main())\n\
        things = [A() for _ in range(1000)] + [B()] + [D()]\n\
        print(len(things), 'x' * 1000)\n",
    );
    check_flat(
        r#"
from sqlalchemy import ForeignKey, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

class Base(DeclarativeBase):
    pass

class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")

engine = create_engine("sqlite://")
event.listen(engine, "before_cursor_execute", lambda *arguments: None)
Base.metadata.create_all(engine)
session = Session(engine)
session.add_all([Author(name=str(number), books=[Book(), Book()]) for number in range(5)])
session.commit()
authors = session.scalars(select(Author)).all()
books = [author.books for author in authors]
session.expire_all()
again = session.scalars(select(Author).options(selectinload(Author.books))).all()
things = [str(number) * 100 for number in range(1000)]
"#,
    );
}
