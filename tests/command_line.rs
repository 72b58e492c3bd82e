//! The command line as scripts see it: what goes where, and with which exit status.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

/// A scenario that needs nothing but Python.
const PLAIN: &str = "\
# %% [markdown]
# # Plain

# %% Count budget=1
N = 2  # @param {type:\"slider\", min:1, max:9, step:1}
for n in range(N):
    print(n)
";

fn lazyscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lazyscope"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null());
    command
}

/// Writes a file that only one test uses; gives its path.
fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("a folder for tests");
    path.display().to_string()
}

struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = lazyscope(arguments).output().expect("the binary is built");
    Ran {
        status: status.code(),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// Its exit status, all of standard output, and words of standard error.
#[track_caller]
fn check(arguments: &[&str], status: i32, out: &str, err: &[&str]) {
    let ran = run(arguments);
    assert_eq!(ran.status, Some(status), "{}", ran.err);
    assert_eq!(ran.out, out, "{}", ran.err);
    for words in err {
        assert!(ran.err.contains(words), "{words:?} is not in {:?}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn run_prints_the_output_and_sums_up_on_standard_error() {
    let plain = file("plain.py", PLAIN);
    check(
        &["run", &plain],
        0,
        "0\n1\n",
        &["Plain: 0 statements, 0 rows"],
    );
    check(&["run", &plain, "--param", "N=1"], 0, "0\n", &[]);
}

#[test]
fn json_goes_to_a_file_or_alone_to_standard_output() {
    let plain = file("json.py", PLAIN);
    let ran = run(&["run", &plain, "--param", "N=3", "--json", "-"]);
    let document: Json = serde_json::from_str(&ran.out).expect("nothing but the document");
    assert_eq!(document["format"], "lazyscope-trace");
    assert_eq!(document["scenario"]["title"], "Plain");
    assert_eq!(document["scenario"]["params"]["N"], 3);
    assert_eq!(document["scenario"]["source"], PLAIN);

    let out = file(
        "json.json",
        "left over from before, and longer than nothing",
    );
    check(
        &["run", &plain, "--param", "N=3", "--json", &out],
        0,
        "0\n1\n2\n",
        &[],
    );
    let written: Json =
        serde_json::from_str(&fs::read_to_string(out).expect("a file")).expect("a document");
    assert_eq!(written["output"], document["output"]);
}

const MANY_WAYS: &str = "\
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Author(Base):
    __tablename__ = \"authors\"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

engine = create_engine(\"sqlite://\", echo=True)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Author), [{\"name\": f\"A{n}\"} for n in range(600)])
    session.commit()
with Session(engine) as session:
    for key in range(1, 6):
        print(session.get(Author, key).name)
with Session(engine) as session:
    for key in range(3):
        print(session.scalars(select(Author).where(Author.name == f'A{key}')).one().id)
with Session(engine) as session:
    for n in range(4):
        session.add(Author(name=\"new\"))
        session.commit()
with Session(engine) as session:
    for n in range(3):
        print(n, len(session.scalars(select(Author)).all()))
def load(key):
    return session.get(Author, key)
with Session(engine) as session:
    for key in range(1, 4):
        load(key)
";

/// What `--try` says of each remedy: the finding's kind and line, statements of a run with it or why there is none, and
/// the lines that come.
#[test]
fn remedies_are_tried_when_asked() {
    let program = file("tried.py", MANY_WAYS);
    let told = |arguments: &[&str]| {
        let ran = run(arguments);
        let document: Json = serde_json::from_str(&ran.out).expect("a document");
        let mut told = Vec::new();
        for finding in document["findings"].as_array().expect("findings") {
            let remedy = &finding["remedies"][0];
            let tried = &remedy["tried"];
            let text = |json: &Json| json.to_string().replace('"', "");
            let came = tried["diff"].as_array().into_iter().flatten();
            let came: Vec<String> = came
                .map(text)
                .filter(|line| line.starts_with('+'))
                .collect();
            let cost = match &tried["refused"] {
                Json::Null => text(&tried["cost"]["statements"]),
                because => text(because),
            };
            assert!(tried["prints_other"].as_bool() != Some(true), "{tried}");
            told.push(format!(
                "{} {}: {cost} {}",
                text(&finding["kind"]),
                text(&finding["line"]),
                came.join(" ")
            ));
        }
        told
    };
    let expected = [
        "n_plus_one 19: 16 +18     loaded = session.scalars(select(Author).where(Author.id.in_(range(1, 6)))).all()",
        "n_plus_one 22: 18 +21     found = {} \
         +22     for row in session.scalars(select(Author).where(Author.name.in_([f'A{key}' for key in range(3)]))): \
         +23         found.setdefault(row.name, []).append(row) +25         print(found[f'A{key}'][0].id)",
        // The rows are written within the run, and to keep an index for them takes more than three scans do.
        "full_scan 22: nothing is saved by it +10     name: Mapped[str] = mapped_column(index=True)",
        "unbatched_writes 26: 20 +26     session.commit()",
        "duplicate 29: 18 +28     answer = session.scalars(select(Author)).all() +30         print(n, len(answer))",
        "n_plus_one 31: 18 +33     loaded = session.scalars(select(Author).where(Author.id.in_(range(1, 4)))).all()",
    ];
    assert_eq!(told(&["run", &program, "--json", "-", "--try"]), expected);
    assert!(
        told(&["run", &program, "--json", "-"])
            .iter()
            .all(|told| told.ends_with(": null "))
    );
    let ran = run(&["run", &program, "--try"]);
    for words in [
        "        tried: 20 → 16 statements",
        "        not tried\n",
        "        tried, and nothing is saved by it\n",
    ] {
        assert!(ran.err.contains(words), "{words:?} is not in {}", ran.err);
    }
}

/// The bundled scenario with its parameter as it is written: 100 authors.
#[test]
fn the_first_scenario_is_what_it_says() {
    #[track_caller]
    fn check(
        strategy: &[&str],
        status: i32,
        statements: u64,
        findings: &[(&str, &str, u64)],
    ) -> Json {
        let ran = run(&[&["run", "n_plus_one", "--json", "-"], strategy].concat());
        assert_eq!(ran.status, Some(status), "{}", ran.err);
        let document: Json = serde_json::from_str(&ran.out).expect("a document");
        assert_eq!(document["summary"]["statements"], statements);
        let found: Vec<(&str, &str, u64)> = document["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().unwrap_or_default();
                (
                    text("kind"),
                    text("confidence"),
                    finding["count"].as_u64().unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(found, findings);
        document
    }
    let lazy = check(
        &[],
        1,
        101,
        &[
            ("n_plus_one", "confirmed", 100),
            ("over_budget", "confirmed", 101),
        ],
    );
    let finding = &lazy["findings"][0];
    assert_eq!(finding["relationship"], "Author.books");
    assert_eq!(finding["statements"].as_array().map(Vec::len), Some(100));
    let line = finding["line"].as_u64().expect("a line") as usize;
    let source = lazy["scenario"]["source"].as_str().expect("the source");
    assert!(
        source
            .lines()
            .nth(line - 1)
            .is_some_and(|line| line.contains("author.books"))
    );

    check(&["--strategy", "Author.books=selectin"], 0, 2, &[]);
    check(
        &["--strategy", "Author.books=joined"],
        0,
        1,
        &[("row_multiplication", "confirmed", 1)],
    );
    let raise = check(&["--strategy", "Author.books=raise"], 1, 1, &[]);
    assert_eq!(
        raise["outcome"]["error"]["message"],
        "'Author.books' is not available due to lazy='raise'"
    );
    assert_eq!(raise["relationships"][0]["declared"], "select");
    assert_eq!(raise["relationships"][0]["active"], "raise");
}

#[test]
fn an_unknown_relationship_names_the_known_ones_and_prints_nothing() {
    check(
        &["run", "n_plus_one", "--strategy", "Author.boks=selectin"],
        2,
        "",
        &[
            "there is no relationship \"Author.boks\" (did you mean \"Author.books\"?); the scenario has Author.books, Book.author",
        ],
    );
}

#[test]
fn a_cell_over_its_budget_fails_the_check() {
    let ran = run(&["check", "n_plus_one", "selectin"]);
    assert_eq!(ran.status, Some(1));
    assert_eq!(
        ran.out,
        "n_plus_one: List page (line 47): 101 statements, 3 allowed\nselectin: ok, 4 statements\n"
    );
}

#[test]
fn what_cannot_be_asked_for_is_usage() {
    let plain = file("usage.py", PLAIN);
    let run = |more: &[&str], err: &[&str]| check(&[&["run", &plain], more].concat(), 2, "", err);
    run(
        &["--param", "N=10"],
        &["parameter N cannot be \"10\"; it takes a whole number from 1 to 9"],
    );
    run(
        &["--param", "M=1"],
        &["there is no parameter \"M\"", "the scenario has N"],
    );
    run(&["--param", "N"], &["write it as NAME=VALUE"]);
    run(
        &["--strategy", "A.b=selectni"],
        &[
            "there is no strategy \"selectni\" (did you mean \"selectin\"?)",
            "raise_on_sql",
        ],
    );
    run(
        &["--strategy", "A.b=joined"],
        &["there is no relationship \"A.b\""],
    );
    run(
        &["--json", "/no/such/folder/x.json"],
        &["there is no folder /no/such/folder"],
    );
    check(
        &["run", "missing.py"],
        2,
        "",
        &["missing.py: there is no such file", "n_plus_one"],
    );
    check(&["run"], 2, "", &["<FILE>"]);
    check(&["run", &plain, "--jsno", "-"], 2, "", &["--json"]);
}

/// A trace of a bundled scenario, run that way.
#[track_caller]
fn trace(name: &str, arguments: &[&str]) -> String {
    let path = file(name, "");
    let arguments = [&["run"], arguments, &["--json", &path]].concat();
    let ran = run(&arguments);
    assert!(ran.status < Some(2), "{}", ran.err);
    path
}

#[test]
fn a_run_is_compared_with_one_before() {
    let selectin = "Author.books=selectin";
    let lazy = trace("compared_lazy.json", &["n_plus_one"]);
    let better = trace(
        "compared_selectin.json",
        &["n_plus_one", "--strategy", selectin],
    );
    #[track_caller]
    fn check(before: &str, after: &str, status: i32, expected: &[&str]) {
        let ran = run(&["compare", before, after]);
        assert_eq!(ran.status, Some(status), "{}{}", ran.out, ran.err);
        for words in expected {
            assert!(ran.out.contains(words), "{words:?} is not in {}", ran.out);
        }
        assert_eq!(ran.err, "");
    }
    check(
        &lazy,
        &better,
        0,
        &[
            "statements                      101            2          -99\n",
            "rows                            600          600            -\n",
            "  - N+1 (confirmed), line 54: 100 owners of Author.books were loaded one by one",
            "  - Over budget (confirmed)",
            "  - 100 lazy Author.books, line 54: SELECT",
            "  + 1 selectin Author.books, line 51: SELECT",
            "  = 1 stayed\n\nbetter: 99 statements fewer; 2 findings fewer\n",
        ],
    );
    let worse = "worse: 99 statements more; 2 new findings\n";
    check(&better, &lazy, 1, &["  + N+1 (confirmed), line 54", worse]);
    check(&lazy, &lazy, 0, &["  = 101 stayed\n\nnot worse\n"]);

    // Time alone decides nothing, however long.
    let mut slow: Json =
        serde_json::from_str(&fs::read_to_string(&lazy).expect("a trace")).expect("JSON");
    for statement in slow["statements"].as_array_mut().expect("statements") {
        statement["duration_ns"] = 9_000_000.into();
    }
    slow["summary"]["sql_ns"] = 900_000_000.into();
    let slow = file("compared_slow.json", slow.to_string());
    check(&lazy, &slow, 0, &["not worse\n"]);

    let more = trace("compared_more.json", &["n_plus_one", "--param", "N=120"]);
    check(
        &lazy,
        &more,
        1,
        &[
            "N was 100, and is 120.\n",
            "They print different things.",
            "worse: 20 statements more; 120 rows more, and no statement saved by them\n",
        ],
    );
    let raises = trace(
        "compared_raise.json",
        &["n_plus_one", "--strategy", "Author.books=raise"],
    );
    check(&better, &raises, 1, &["worse: it ended with an error\n"]);
    check(
        &raises,
        &better,
        0,
        &["  + 1 selectin Author.books", "not worse\n"],
    );
}

#[test]
fn what_is_no_trace_cannot_be_compared() {
    let whole = fs::read_to_string(trace("whole.json", &["n_plus_one"])).expect("a trace");
    let good = file("good.json", &whole);
    let cut = file("cut.json", &whole[..whole.len() / 2]);
    let later = file(
        "later.json",
        whole.replacen("\"version\": 1", "\"version\": 7", 1),
    );
    let other = file("other.json", "{\"format\": \"something else\"}");
    let words = file("words.json", "statements: 5");
    let latin = file("latin.json", b"{\"format\": \"\xe9\"}");
    let empty = file("nothing.json", "");
    for (path, problem) in [
        (cut.as_str(), "the file ends in the middle of the document"),
        (
            &later,
            "\"version\" is 7, and this Lazyscope reads version 1",
        ),
        (&other, "\"format\" is \"something else\""),
        (&words, "not JSON"),
        (&latin, "not UTF-8: byte 12"),
        (&empty, "the file is empty"),
        ("no_such.json", "it cannot be read: No such file"),
        (".", "that is a folder"),
    ] {
        let err = format!("error: {path}: ");
        check(&["compare", &good, path], 2, "", &[&err, problem]);
        check(&["compare", path, &good], 2, "", &[&err, problem]);
    }
    // Both are told at once.
    check(&["compare", &cut, &later], 2, "", &[&cut, &later]);
    check(&["compare", &good], 2, "", &["<AFTER>"]);
    check(&["compare"], 2, "", &["<BEFORE>"]);
}

#[test]
fn a_file_that_is_no_scenario_says_why() {
    let latin = file("latin.py", b"# %% A\nx = '\xe9'\n");
    check(
        &["run", &latin],
        1,
        "",
        &["line 2: the byte 0xe9 is not UTF-8"],
    );
    let empty = file("empty.py", "\n");
    check(&["run", &empty], 1, "", &["the file is empty"]);
    let malformed = file("malformed.py", "# %% A budget=lots\nprint(1)\n");
    check(
        &["run", &malformed],
        1,
        "1\n",
        &["malformed.py:1: the budget \"lots\" is not a whole number"],
    );
}

#[test]
fn a_scenario_that_fails_still_gets_its_document() {
    #[track_caller]
    fn check(name: &str, code: &str, kind: &str, line: u64) {
        let path = file(name, code);
        let ran = run(&["run", &path, "--json", "-"]);
        assert_eq!(ran.status, Some(1));
        let document: Json = serde_json::from_str(&ran.out).expect("a document");
        assert_eq!(document["outcome"]["status"], "error");
        assert_eq!(document["outcome"]["error"]["type"], kind);
        assert_eq!(document["outcome"]["error"]["line"], line);
        assert!(ran.err.contains(&format!("line {line}")), "{}", ran.err);
    }
    check(
        "syntax.py",
        "print(1)\nif True print(2)\n",
        "SyntaxError",
        2,
    );
    check("raises.py", "print(1)\n\n1 / 0\n", "ZeroDivisionError", 3);
    check("import.py", "import flask\n", "ModuleNotFoundError", 1);
    check("deep.py", "def f():\n    f()\nf()\n", "RecursionError", 2);
    check(
        "nested.py",
        &format!("x = {}{}\n", "[".repeat(20_000), "]".repeat(20_000)),
        "SyntaxError",
        1,
    );
}

#[test]
fn the_time_limit_ends_an_endless_loop() {
    let endless = file("endless.py", "print('on')\nwhile True:\n    pass\n");
    let limit = ["--time-limit", "1"];
    check(
        &[&["run", &endless], &limit[..]].concat(),
        1,
        "on\n",
        &["the time limit of a run"],
    );
}

#[test]
fn check_has_a_line_for_each_file() {
    let plain = file("checked.py", PLAIN);
    let raises = file("checked_raises.py", "1 / 0\n");
    check(
        &["check", &plain],
        0,
        &format!("{plain}: ok, 0 statements\n"),
        &[],
    );
    let lines = format!(
        "{plain}: ok, 0 statements\n{raises}: line 1: ZeroDivisionError: division by zero\n\
         missing.py: there is no such file; the scenarios that come with Lazyscope are "
    );
    let ran = run(&["check", &plain, &raises, "missing.py"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.starts_with(&lines), "{}", ran.out);
}

#[test]
fn without_a_display_there_is_no_window() {
    check(&[], 1, "", &["there is no display", "lazyscope run"]);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let endless = file("pipe.py", "for n in range(20000):\n    print(n)\n");
    let mut child = lazyscope(&["run", &endless])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built");
    let mut first = [0; 2];
    let mut out = child.stdout.take().expect("piped");
    out.read_exact(&mut first).expect("output as it comes");
    drop(out);
    let done = child.wait_with_output().expect("it ends");
    assert_eq!(&first, b"0\n");
    assert_eq!(done.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&done.stderr).contains("panicked"));
}

/// Ctrl-C, as a terminal sends it.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_run_and_keeps_the_document() {
    let endless = file(
        "interrupted.py",
        "print('on', flush=True)\nwhile True:\n    pass\n",
    );
    let json = file("interrupted.json", "");
    let mut child = lazyscope(&["run", &endless, "--json", &json])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built");
    let mut first = [0; 3];
    let out = child.stdout.as_mut().expect("piped");
    out.read_exact(&mut first).expect("output as it comes");
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is everywhere");
    assert!(interrupted.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    let document: Json =
        serde_json::from_str(&fs::read_to_string(json).expect("a file")).expect("a document");
    assert_eq!(document["outcome"]["status"], "cancelled");
    assert_eq!(document["output"][0]["text"], "on\n");
}
