//! Small programs through the interpreter, and the events they make.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use lazyscope::python::{Cancelled, Interpreter, Interrupter, RunRequest, interrupt_channel};
use lazyscope::trace::{Cell, CellKind, Event, Outcome, ScenarioInfo, Status, Strategy};

/// Runs `body` with an interpreter, on a thread with the stack that a worker has.
fn with_interpreter<R: Send + 'static>(
    body: impl FnOnce(&Interpreter, &Interrupter) -> R + Send + 'static,
) -> R {
    thread::Builder::new()
        .name("worker".to_owned())
        .stack_size(256 << 20)
        .spawn(move || {
            let (interrupter, receiver) = interrupt_channel();
            body(&Interpreter::new(receiver), &interrupter)
        })
        .expect("a thread starts")
        .join()
        .expect("the worker does not panic")
}

fn request(code: &str) -> RunRequest {
    let cell = |id, first_line, last_line| Cell {
        id,
        kind: CellKind::Code,
        title: String::new(),
        first_line,
        last_line,
        setup: false,
        budget: None,
    };
    RunRequest {
        info: ScenarioInfo {
            name: "scenario".to_owned(),
            source: code.into(),
            cells: vec![cell(0, 1, 10), cell(1, 11, 1000)],
            ..ScenarioInfo::default()
        },
        code: code.to_owned(),
        ..RunRequest::default()
    }
}

fn events_of(python: &Interpreter, code: &str) -> Vec<Event> {
    let mut events = Vec::new();
    python.run(&request(code), &mut |event| {
        events.push(event);
        Ok(())
    });
    events
}

fn output(events: &[Event]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Output(output) => Some(output.text.as_str()),
            _ => None,
        })
        .collect()
}

fn outcome(events: &[Event]) -> &Outcome {
    match events.last() {
        Some(Event::Finished { outcome, .. }) => outcome,
        last => panic!("the last event is {last:?}"),
    }
}

/// Runs a program and compares what it printed, and how it ended: "" for well, else the error's traceback.
#[track_caller]
fn check(code: &str, expected: &str, ending: &str) {
    let source = code.to_owned();
    let events = with_interpreter(move |python, _| events_of(python, &source));
    assert!(matches!(events.first(), Some(Event::Started(_))));
    let traceback = outcome(&events)
        .error
        .as_ref()
        .map_or("", |error| error.traceback.as_str());
    assert_eq!((output(&events).as_str(), traceback), (expected, ending));
}

/// Runs a program and compares how it ended: type, message and line.
#[track_caller]
fn check_error(code: &str, kind: &str, message: &str, line: u32) {
    let source = code.to_owned();
    let events = with_interpreter(move |python, _| events_of(python, &source));
    let outcome = outcome(&events);
    let error = outcome.error.as_ref().expect("the scenario fails");
    assert_eq!(
        (
            error.kind.as_str(),
            error.message.as_str(),
            error.line,
            outcome.status
        ),
        (kind, message, Some(line), Status::Error)
    );
}

#[test]
fn prints_and_ends() {
    check(
        "print('a', 1, sep='-')\nprint(__name__, __file__)",
        "a-1\n__main__ scenario.py\n",
        "",
    );
    check(
        "import sys\nsys.stderr.write('x')\nsys.stdout.write('y\\n')",
        "xy\n",
        "",
    );
    check("import sys\nprint(1)\nsys.exit(0)\nprint(2)", "1\n", "");
}

#[test]
fn output_knows_its_line() {
    let events = with_interpreter(|python, _| {
        events_of(python, "def f():\n    print('in f')\nf()\nprint('out')\n")
    });
    let lines: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Output(output) => Some((output.line, output.text.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(lines, [(2, "in f\n".to_owned()), (4, "out\n".to_owned())]);
}

#[test]
fn tracebacks_read_as_pythons() {
    check(
        "def f(x):\n    return 1 / x\n\nf(0)\n",
        "",
        "Traceback (most recent call last):\n  File \"scenario.py\", line 4, in <module>\n    f(0)\n  \
         File \"scenario.py\", line 2, in f\n    return 1 / x\nZeroDivisionError: division by zero\n",
    );
    check(
        "try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('bad') from e\n",
        "",
        "Traceback (most recent call last):\n  File \"scenario.py\", line 2, in <module>\n    {}['k']\nKeyError: 'k'\n\n\
         The above exception was the direct cause of the following exception:\n\n\
         Traceback (most recent call last):\n  File \"scenario.py\", line 4, in <module>\n    \
         raise ValueError('bad') from e\nValueError: bad\n",
    );
    check(
        "class Mine(Exception):\n    pass\n\ncount = 1\nraise Mine()\n",
        "",
        "Traceback (most recent call last):\n  File \"scenario.py\", line 5, in <module>\n    raise Mine()\nMine\n",
    );
    check(
        "def f():\n    f()\nf()\n",
        "",
        "Traceback (most recent call last):\n  File \"scenario.py\", line 3, in <module>\n    f()\n  \
         File \"scenario.py\", line 2, in f\n    f()\n  File \"scenario.py\", line 2, in f\n    f()\n  \
         File \"scenario.py\", line 2, in f\n    f()\n  [Previous line repeated 996 more times]\n\
         RecursionError: maximum recursion depth exceeded\n",
    );
}

#[test]
fn errors_know_type_message_and_line() {
    check_error(
        "import json\njson.loads('{')\n",
        "json.decoder.JSONDecodeError",
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        2,
    );
    check_error(
        "class E(Exception): pass\n\nraise E('x')",
        "__main__.E",
        "x",
        3,
    );
    check_error(
        "x = (1,\n",
        "SyntaxError",
        "'(' was never closed (scenario.py, line 1)",
        1,
    );
    check_error(
        &format!("\nx = {}", "(".repeat(20_000)),
        "SyntaxError",
        "too many nested parentheses (scenario.py, line 2)",
        2,
    );
    check_error("import sys\nsys.exit(3)\n", "SystemExit", "3", 2);
}

#[test]
fn what_lies_outside_is_refused_in_words() {
    check_error(
        "open('x')",
        "RuntimeError",
        "a scenario cannot open files: nothing in it touches the disk",
        1,
    );
    check_error(
        "import os; os.system('ls')",
        "AttributeError",
        "a scenario cannot use os.system: it runs without files and processes",
        1,
    );
    check_error(
        "import subprocess",
        "ImportError",
        "a scenario cannot import subprocess: it runs without files, processes, threads and network",
        1,
    );
    check_error(
        "import sqlalchemy.nowhere",
        "ModuleNotFoundError",
        "Lazyscope does not have sqlalchemy.nowhere yet",
        1,
    );
}

#[test]
fn huge_results_are_memory_errors() {
    for code in [
        "'a' * 10**13",
        "[0] * 10**11",
        "9**9**9",
        "1 << 10**12",
        "bytes(10**12)",
        "'a'.ljust(10**13)",
        "b'a'.zfill(10**13)",
        "'a\\t'.expandtabs(tabsize=10**13)",
        "(5).to_bytes(10**13, 'big')",
        "('a' * 10**5).replace('a', 'b' * 10**5)",
    ] {
        let code = code.to_owned();
        let events = with_interpreter(move |python, _| events_of(python, &code));
        let error = outcome(&events).error.as_ref().expect("it fails");
        assert_eq!(error.kind, "MemoryError");
    }
    check(
        "print(2 ** 100, 'ab' * 3, pow(3, 10**20, 7), 2 ** -1, 1 << 3, 'a'.rjust(2, '-'), (5).to_bytes(2, 'big'))",
        "1267650600228229401496703205376 ababab 4 0.5 8 -a b'\\x00\\x05'\n",
        "",
    );
}

/// Runs an endless program and stops it after a moment; it must end soon.
#[track_caller]
fn check_stops(code: &str) {
    let source = code.to_owned();
    let (status, took) = with_interpreter(move |python, interrupter| {
        let (tell, told) = mpsc::sync_channel::<()>(1);
        let interrupter = interrupter.clone();
        let stopping = thread::Builder::new()
            .name("stopper".to_owned())
            .spawn(move || {
                // The first event says that the run has begun.
                let _ = told.recv();
                thread::sleep(Duration::from_millis(50));
                interrupter.stop();
                Instant::now()
            })
            .expect("a thread starts");
        let mut status = None;
        python.run(&request(&source), &mut |event| {
            let _ = tell.try_send(());
            if let Event::Finished { outcome, .. } = event {
                status = Some(outcome.status);
            }
            Ok(())
        });
        (
            status,
            stopping.join().expect("it does not panic").elapsed(),
        )
    });
    assert_eq!(status, Some(Status::Cancelled));
    // Long enough for a machine that has other things to do.
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn endless_programs_stop() {
    check_stops("while True:\n    pass\n");
    check_stops(
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass\n",
    );
    check_stops("def f():\n    try:\n        while True: pass\n    finally:\n        f()\nf()\n");
    check_stops("import itertools\nsum(itertools.count())\n");
    check_stops("sum(range(10**15))\n");
    check_stops("import time\ntime.sleep(1000)\n");
    check_stops("while True:\n    print('x')\n");
}

#[test]
fn a_sink_that_wants_no_more_ends_the_run() {
    let events = with_interpreter(|python, _| {
        let mut events = Vec::new();
        python.run(&request("while True:\n    try:\n        print('x')\n    except BaseException:\n        pass\n"), &mut |event| {
            events.push(event);
            if events.len() > 10 { Err(Cancelled) } else { Ok(()) }
        });
        events
    });
    assert_eq!(outcome(&events).status, Status::Cancelled);
}

#[test]
fn gigabytes_of_print_are_a_limit() {
    let events =
        with_interpreter(|python, _| events_of(python, "while True:\n    print('x' * 1000)\n"));
    assert_eq!(outcome(&events).status, Status::Limit);
    assert!(events.len() < 10_000, "{}", events.len());
}

#[test]
fn the_standard_library_that_scenarios_use_is_there() {
    check(
        "import typing, datetime, enum, decimal, json, collections, itertools, functools, math, re, string, textwrap\n\
         import contextlib, dataclasses, random, uuid, logging, asyncio, time, warnings, sys, copy, operator, statistics\n\
         import abc, types, inspect, pprint, io, hashlib, secrets, timeit, traceback, gc, weakref, heapq, bisect, fractions, numbers, __future__\n\
         print('all')\n",
        "all\n",
        "",
    );
}

#[test]
fn a_run_leaves_nothing_behind() {
    with_interpreter(|python, _| {
        let first = events_of(
            python,
            "import sys, builtins\nx = 1\nsys.modules['mine'] = sys\nprint(x)",
        );
        assert_eq!(output(&first), "1\n");
        let second = events_of(
            python,
            "import sys\nprint('x' in globals(), 'mine' in sys.modules)",
        );
        assert_eq!(output(&second), "False False\n");
    });
}

#[test]
fn what_a_run_puts_into_modules_and_classes_is_gone() {
    let patches = "import builtins, json, sqlalchemy\n\
         from sqlalchemy.orm import Session\n\
         json.dumps = lambda value: 'mine'\n\
         json.extra = 1\n\
         del sqlalchemy.literal\n\
         builtins.print('patched', json.dumps(1))\n\
         builtins.len = lambda value: 7\n\
         Session.scalars = None\n\
         Session.extra = 1\n";
    let looks = "import json\n\
         from sqlalchemy import literal\n\
         from sqlalchemy.orm import Session\n\
         print(json.dumps([1]), hasattr(json, 'extra'), len('ab'), Session.scalars is None, hasattr(Session, 'extra'))";
    with_interpreter(|python, _| {
        assert_eq!(output(&events_of(python, patches)), "patched mine\n");
        assert_eq!(
            output(&events_of(python, looks)),
            "[1] False 2 False False\n"
        );
    });
}

/// Runs a program over a table `users` with the names a, b and c, and compares what it printed.
#[track_caller]
fn check_core(program: &str, expected: &str) {
    let setup = "from sqlalchemy import *\n\
         engine = create_engine('sqlite://')\n\
         metadata = MetaData()\n\
         users = Table('users', metadata, Column('id', Integer, primary_key=True), Column('name', String))\n\
         metadata.create_all(engine)\n\
         connection = engine.connect()\n\
         connection.execute(users.insert(), [{'name': name} for name in 'abc'])\n";
    check(&format!("{setup}{program}"), expected, "");
}

#[test]
fn rows_answer_by_number_name_and_column() {
    check_core(
        "row = connection.execute(select(users)).first()\n\
         number, name = row\n\
         print(row, number, name, row.name, row[0], row._mapping[users.c.name], row == (1, 'a'))",
        "(1, 'a') 1 a a 1 a True\n",
    );
    check_core(
        "print(connection.scalars(select(users.c.name).order_by(users.c.name.desc())).all())\n\
         print(connection.execute(select(func.count()).select_from(users)).scalar_one())\n\
         print(dict(connection.execute(select(users).where(users.c.id == 2)).mappings().one()))",
        "['c', 'b', 'a']\n3\n{'id': 2, 'name': 'b'}\n",
    );
}

#[test]
fn statements_print_as_sqlalchemys() {
    check_core(
        "print(select(users.c.name).where(users.c.id.in_([1, 2]), users.c.name.like('a%')))",
        "SELECT users.name \nFROM users \nWHERE users.id IN (__[POSTCOMPILE_id_1]) AND users.name LIKE :name_1\n",
    );
    check_core(
        "print(update(users).where(users.c.id == 1).values(name='z'))",
        "UPDATE users SET name=:name WHERE users.id = :id_1\n",
    );
}

#[test]
fn values_come_back_as_they_went() {
    check_core(
        "import datetime, decimal, enum, uuid\n\
         class Color(enum.Enum):\n    RED = 1\n\
         table = Table('t', metadata, Column('a', DateTime), Column('b', Numeric(8, 2)), Column('c', Enum(Color)),\n    \
         Column('d', JSON), Column('e', Uuid), Column('f', Boolean), Column('g', LargeBinary), Column('h', Date))\n\
         metadata.create_all(engine)\n\
         given = (datetime.datetime(2026, 1, 2, 3, 4, 5), decimal.Decimal('1.50'), Color.RED, {'k': [1, None]},\n    \
         uuid.UUID(int=5), False, b'\\x00', datetime.date(2026, 1, 2))\n\
         connection.execute(table.insert().values(given))\n\
         print(connection.execute(select(table)).one() == given)",
        "True\n",
    );
}

#[test]
fn what_is_missing_says_so() {
    let missing = |code: &str, kind: &str, message: &str| check_error(code, kind, message, 1);
    missing(
        "from sqlalchemy.orm import Banana",
        "ImportError",
        "Lazyscope does not have sqlalchemy.orm.Banana yet",
    );
    missing(
        "import sqlalchemy; sqlalchemy.select(1).banana()",
        "AttributeError",
        "'Select' object has no attribute 'banana'",
    );
    missing(
        "import sqlalchemy; sqlalchemy.create_engine('sqlite://', banana_size=1)",
        "lazyscope.NotYet",
        "Lazyscope does not have create_engine(banana_size=…) yet",
    );
    missing(
        "from sqlalchemy.orm import relationship; relationship('A', load_on_pending=True)",
        "lazyscope.NotYet",
        "Lazyscope does not have relationship(load_on_pending=True) yet",
    );
    missing(
        "from sqlalchemy.orm import column_property; column_property(1, expire_on_flush=False)",
        "lazyscope.NotYet",
        "Lazyscope does not have column_property(expire_on_flush=False) yet",
    );
}

#[test]
fn the_log_says_which_batch_it_is() {
    check_core(
        "import logging, re, sys\n\
         class Handler(logging.Handler):\n    def emit(self, record):\n        \
         print(re.sub(r'[0-9.]+s', 't', record.getMessage()))\n\
         logging.getLogger('sqlalchemy.engine').addHandler(Handler())\n\
         logging.getLogger('sqlalchemy.engine').setLevel(logging.INFO)\n\
         insert = users.insert().returning(users.c.name)\n\
         connection.execute(insert, [{'name': 'd'}, {'name': 'e'}])\n\
         ordered = users.insert().returning(users.c.id, sort_by_parameter_order=True)\n\
         connection.execute(ordered, [{'name': 'f'}, {'name': 'g'}])",
        "INSERT INTO users (name) VALUES (?), (?) RETURNING name\n\
         [generated in t (insertmanyvalues) 1/1 (unordered)] ('d', 'e')\n\
         INSERT INTO users (name) VALUES (?) RETURNING id\n\
         [generated in t (insertmanyvalues) 1/2 (ordered; batch not supported)] ('f',)\n\
         INSERT INTO users (name) VALUES (?) RETURNING id\n\
         [insertmanyvalues 2/2 (ordered; batch not supported)] ('g',)\n",
    );
}

#[test]
fn refused_statements_are_integrity_errors_with_the_statement() {
    check_core(
        "try:\n    connection.execute(users.insert().values(id=1))\n\
         except exc.IntegrityError as error:\n    print(error)\n    print(error.orig, error.statement, error.params)",
        "(sqlite3.IntegrityError) UNIQUE constraint failed: users.id\n\
         [SQL: INSERT INTO users (id) VALUES (?)]\n\
         [parameters: (1,)]\n\
         (Background on this error at: https://sqlalche.me/e/21/gkpj)\n\
         UNIQUE constraint failed: users.id INSERT INTO users (id) VALUES (?) (1,)\n",
    );
}

#[test]
fn listeners_count_statements() {
    check_core(
        "count = 0\n\
         @event.listens_for(engine, 'before_cursor_execute')\n\
         def before(connection, cursor, statement, parameters, context, executemany):\n    \
         global count\n    count += 1\n\
         for number in range(3):\n    connection.execute(select(users).where(users.c.id == number))\n\
         print(count)",
        "3\n",
    );
}

#[test]
fn coroutines_take_turns() {
    check(
        "import asyncio\n\
         async def work(name):\n    print(name, 1)\n    await asyncio.sleep(0)\n    print(name, 2)\n    return name\n\
         async def main():\n    print(await asyncio.gather(work('a'), work('b')))\n    \
         try:\n        await asyncio.wait_for(asyncio.sleep(10), 0.01)\n    \
         except TimeoutError:\n        print('late')\n\
         asyncio.run(main())",
        "a 1\nb 1\na 2\nb 2\n['a', 'b']\nlate\n",
        "",
    );
}

#[test]
fn a_toggle_may_win_over_the_options_of_queries() {
    const CODE: &str = "\
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, lazyload, selectinload
class Base(DeclarativeBase):
    pass
class A(Base):
    __tablename__ = 'a'
    id: Mapped[int] = mapped_column(primary_key=True)
    bs: Mapped[list['B']] = relationship(order_by='B.id')
class B(Base):
    __tablename__ = 'b'
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey('a.id'))
engine = create_engine('sqlite://')
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([A(bs=[B(), B()]), A(bs=[B()])])
    session.commit()
with Session(engine) as session:
    for option in [selectinload(A.bs), lazyload('*')]:
        found = session.scalars(select(A).options(option)).unique().all()
        print([len(a.bs) for a in found])
        session.expunge_all()
";
    let selects = |strategies: &[(&str, Strategy)], overrides: &[&str]| {
        let request = RunRequest {
            strategies: strategies
                .iter()
                .map(|(key, strategy)| ((*key).to_owned(), *strategy))
                .collect(),
            overrides: overrides.iter().map(|key| (*key).to_owned()).collect(),
            ..request(CODE)
        };
        with_interpreter(move |python, _| {
            let mut selects = 0;
            let mut printed = String::new();
            python.run(&request, &mut |event| {
                match event {
                    Event::Statement(statement) => {
                        selects += usize::from(statement.sql.starts_with("SELECT"));
                    }
                    Event::Output(output) => printed.push_str(&output.text),
                    _ => {}
                }
                Ok(())
            });
            assert_eq!(printed, "[2, 1]\n[2, 1]\n");
            selects
        })
    };
    let joined = [("A.bs", Strategy::Joined)];
    assert_eq!(selects(&joined, &[]), 2 + 3, "the options decide");
    assert_eq!(selects(&joined, &["A.bs"]), 1 + 1, "the toggle decides");
    assert_eq!(selects(&[], &["A.bs"]), 3 + 3, "the mapping decides");
}
