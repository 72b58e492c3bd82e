//! Remedies with the real interpreter: what is offered, applied and run again, comes to what was promised. For the
//! scenarios that come with Lazyscope in the window, for many small ones on the command line.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lazyscope::scenario::{BUNDLED, Engine};
use lazyscope::ui::Launch;
use serde_json::Value as Json;

type Window = Harness<'static, support::Slot>;

/// A window that is tall enough for every finding, on a scenario that has run and whose remedies were tried.
#[track_caller]
fn window(name: &str) -> Window {
    let launch = Launch {
        path: Some(name.into()),
        ..Launch::default()
    };
    let mut window = support::window_with(Engine::python(), launch, [1440.0, 6_000.0]);
    wait(&mut window, name, |window| {
        says(window, "finished in") || says(window, "ended with an error")
    });
    wait(&mut window, name, |window| !says(window, "trying "));
    window
}

fn texts(window: &Window) -> Vec<String> {
    let nodes = window.query_all_by(|_| true);
    let text =
        |node: egui_kittest::Node<'_>| node.accesskit_node().label().or_else(|| node.value());
    nodes.filter_map(text).collect()
}

fn says(window: &Window, words: &str) -> bool {
    texts(window).iter().any(|text| text.contains(words))
}

#[track_caller]
fn wait(window: &mut Window, what: &str, mut happened: impl FnMut(&Window) -> bool) {
    let start = Instant::now();
    let mut times = 0;
    // Between two runs nothing may be told for a frame.
    while times < 3 {
        window.run_steps(2);
        times = if happened(window) { times + 1 } else { 0 };
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{what}: waited in vain"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The numbers that the first remedy to be applied promises: its button's name, statements, and rows.
fn promised(window: &Window) -> Option<(String, String)> {
    let buttons = window.query_all_by(|node| {
        node.role() == Role::Button && node.label().is_some_and(|it| it.starts_with("Apply "))
    });
    let button = buttons.into_iter().next()?.accesskit_node().label()?;
    let texts = texts(window);
    let at = texts.iter().position(|text| *text == button)?;
    let before = texts[..at].iter().rev();
    let statements = before
        .clone()
        .find(|text| text.ends_with(" statements") || text.ends_with(" statement"))
        .map(|text| text.rsplit("→ ").next().unwrap_or(text).to_owned())?;
    Some((button, statements))
}

#[test]
fn what_is_applied_keeps_its_promise() {
    let mut applied = Vec::new();
    for bundled in BUNDLED {
        let mut window = window(bundled.name);
        let Some((button, statements)) = promised(&window) else {
            continue;
        };
        let found = window.query_all_by_label(&button).next();
        found.expect("it was found before").click();
        window.run_steps(4);
        wait(&mut window, bundled.name, |window| {
            says(window, "Run 2 ") && says(window, "finished in")
        });
        let count = statements.trim_end_matches(" statements");
        let run = texts(&window)
            .into_iter()
            .find(|text| text.starts_with("Run 2 "))
            .expect("it ran");
        assert!(
            run.contains(&format!(": {count} ·")),
            "{}: {button} promised {statements}, and came to {run}",
            bundled.name
        );
        applied.push(bundled.name);
    }
    // In the others there is nothing to mend, or nothing that a change of a known form could.
    assert_eq!(
        applied,
        [
            "n_plus_one",
            "to_one",
            "default_and_options",
            "pages",
            "three_levels",
            "siblings",
            "tags",
            "tree",
            "get_in_a_loop",
            "writes",
        ]
    );
}

const MODELS: &str = r#"
# %% Models setup
from sqlalchemy import ForeignKey, create_engine, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, WriteOnlyMapped, contains_eager, joinedload
from sqlalchemy.orm import mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Hotel(Base):
    __tablename__ = "hotels"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    menu: Mapped[str] = mapped_column(deferred=True, deferred_group="texts")
    note: Mapped[str] = mapped_column(deferred=True, deferred_group="texts")
    rooms: Mapped[list["Room"]] = relationship(order_by="Room.id")
    staff: Mapped[list["Worker"]] = relationship()
    reviews: Mapped[list["Review"]] = relationship()
    letters: WriteOnlyMapped["Letter"] = relationship()


class Room(Base):
    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"), index=True)
    hotel: Mapped["Hotel"] = relationship(viewonly=True)


class Worker(Base):
    __tablename__ = "workers"
    id: Mapped[int] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"), index=True)
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"), index=True)
    team: Mapped[list["Worker"]] = relationship()


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"), index=True)


class Letter(Base):
    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"), index=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.execute(insert(Hotel), [{"id": n, "name": f"H{n}", "menu": "m", "note": "n"} for n in range(1, 7)])
    s.execute(insert(Room), [{"id": n, "kind": f"k{n % 2}", "hotel_id": (n - 1) // 5 + 1} for n in range(1, 31)])
    s.execute(insert(Worker), [{"id": n, "hotel_id": n % 6 + 1, "boss_id": n // 2 or None} for n in range(1, 19)])
    s.execute(insert(Review), [{"id": n, "stars": n % 5, "hotel_id": n % 6 + 1} for n in range(1, 19)])
    s.execute(insert(Letter), [{"id": n, "hotel_id": n % 6 + 1} for n in range(1, 13)])
    s.commit()

# %% Case
s = Session(engine)
"#;

/// Runs a scenario; gives its document.
#[track_caller]
fn run(name: &str, source: &str, tries: bool) -> Json {
    let path = |name: String| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (scenario, document) = (path(format!("{name}.py")), path(format!("{name}.json")));
    fs::write(&scenario, source).expect("a folder for tests");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lazyscope"));
    command
        .arg("run")
        .arg(&scenario)
        .arg("--json")
        .arg(&document);
    if tries {
        command.arg("--try");
    }
    let ran = command.output().expect("the binary is built");
    assert!(
        ran.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let text = fs::read_to_string(&document).expect("it writes a document");
    serde_json::from_str(&text).expect("JSON")
}

/// A source with a diff applied, as a document tells it.
fn applied(source: &str, diff: &[Json]) -> String {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for line in diff.iter().filter_map(Json::as_str) {
        let (number, text) = line[1..].split_once(' ').unwrap_or((&line[1..], ""));
        let number: usize = number.parse().expect("a number");
        match line.starts_with('-') {
            true => gone.push(number),
            false => come.push((number, text)),
        }
    }
    let lines = source.split('\n').enumerate();
    let stays = lines.filter(|(at, _)| !gone.contains(&(at + 1)));
    let mut lines: Vec<_> = stays.map(|(_, line)| line).collect();
    for (number, text) in come {
        lines.insert(number - 1, text);
    }
    lines.join("\n")
}

fn printed(document: &Json) -> String {
    let each = document["output"].as_array().into_iter().flatten();
    each.filter_map(|it| it["text"].as_str()).collect()
}

/// Kind, relationship and count of the findings.
fn found(document: &Json) -> Vec<[String; 3]> {
    let each = document["findings"].as_array().into_iter().flatten();
    each.map(|it| ["kind", "relationship", "count"].map(|key| it[key].to_string()))
        .collect()
}

/// Tries all remedies of a case. Each is told as its kind of finding with why it is refused, or with its statements and
/// the lines that come; and each that is offered is applied, and has to come to what it was told to come to.
#[track_caller]
fn check(name: &str, case: &str, expected: &[&str]) {
    let source = format!("{}{case}", MODELS.trim_start());
    let document = run(name, &source, true);
    let mut told = Vec::new();
    let findings = document["findings"].as_array().expect("findings");
    for finding in findings {
        let kind = finding["kind"].as_str().expect("a kind");
        for remedy in finding["remedies"].as_array().expect("remedies") {
            let tried = &remedy["tried"];
            if tried.is_null() {
                told.push(format!("{kind}: advice alone"));
                continue;
            }
            if let Some(refused) = tried["refused"].as_str() {
                told.push(format!("{kind}: {refused}"));
                continue;
            }
            let diff = tried["diff"].as_array().expect("a diff");
            let after = run(&format!("{name}_after"), &applied(&source, diff), false);
            let cost = &tried["cost"];
            for key in ["statements", "rows", "bytes", "vm_steps"] {
                assert_eq!(
                    after["summary"][key], cost[key],
                    "{name}: {key} of {diff:?}"
                );
            }
            let prints_other = printed(&after) != printed(&document);
            assert_eq!(tried["prints_other"], prints_other, "{name}: {diff:?}");
            assert_ne!(found(&after), found(&document), "{name}: {diff:?}");
            let statements = cost["statements"].to_string();
            let added = diff.iter().filter_map(|it| it.as_str()?.strip_prefix('+'));
            let added = added.filter_map(|it| Some(it.split_once(' ')?.1.trim()));
            let added: Vec<_> = added.filter(|it| !it.contains("import")).collect();
            told.push(format!("{kind}: {statements} by {}", added.join(" / ")));
        }
    }
    assert_eq!(told, expected, "{name}");
}

#[test]
fn what_is_offered_for_a_query_keeps_its_promise() {
    check(
        "tree",
        "def chart(w):\n    return [w.id, [chart(t) for t in w.team]]\nprint(chart(s.get(Worker, 1)))\n",
        &[
            "n_plus_one: 6 by print(chart(s.get(Worker, 1, options=[selectinload(Worker.team, recursion_depth=-1)])))",
            "n_plus_one: it leaves 17 of 18",
            "n_plus_one: it leaves 17 of 18",
        ],
    );
    check(
        "helper_of_two",
        "def rooms(query):\n    return [len(h.rooms) for h in s.scalars(query)]\n\
         print(rooms(select(Hotel).where(Hotel.id < 4)), rooms(select(Hotel).where(Hotel.id > 3)))\n",
        &[
            "n_plus_one: 4 by rooms: Mapped[list[\"Room\"]] = relationship(order_by=\"Room.id\", lazy=\"selectin\")",
            "n_plus_one: it stops: The unique() method must be invoked on this Result, as it contains results that include joined eager loads against collections",
        ],
    );
    check(
        "siblings",
        "query = select(Hotel).options(joinedload(Hotel.rooms), joinedload(Hotel.staff), joinedload(Hotel.reviews))\n\
         print([len(h.rooms) + len(h.staff) + len(h.reviews) for h in s.scalars(query).unique()])\n",
        &[
            "cartesian_product: 3 by query = select(Hotel).options(joinedload(Hotel.rooms), selectinload(Hotel.staff), selectinload(Hotel.reviews))",
            "cartesian_product: 3 by query = select(Hotel).options(selectinload(Hotel.rooms), joinedload(Hotel.staff), selectinload(Hotel.reviews))",
            "cartesian_product: 3 by query = select(Hotel).options(selectinload(Hotel.rooms), selectinload(Hotel.staff), joinedload(Hotel.reviews))",
        ],
    );
    check(
        "page",
        "query = select(Hotel).join(Hotel.rooms).options(contains_eager(Hotel.rooms)).order_by(Hotel.id, Room.id).limit(12)\n\
         print([len(h.rooms) for h in s.scalars(query).unique()])\n",
        &[
            "page_of_rows: 2 by query = select(Hotel).where(Hotel.rooms.any()).options(selectinload(Hotel.rooms)).order_by(Hotel.id).limit(12)",
        ],
    );
    check(
        "page_that_chooses",
        "query = select(Hotel).join(Hotel.rooms).where(Room.kind == \"k1\").order_by(Hotel.id).limit(6)\n\
         print([h.name for h in s.scalars(query).unique()])\n",
        &[
            "page_of_rows: 1 by query = select(Hotel).where(Hotel.rooms.any(Room.kind == \"k1\")).order_by(Hotel.id).limit(6)",
        ],
    );
    check(
        "group",
        "for h in s.scalars(select(Hotel).limit(4)):\n    print(h.menu, h.note)\n",
        &[
            "n_plus_one: 1 by for h in s.scalars(select(Hotel).options(undefer_group(\"texts\")).limit(4)):",
            "n_plus_one: what was found only moves",
        ],
    );
    check(
        "nested",
        "query = select(Room).where(Room.id < 9).options(joinedload(Room.hotel).options(joinedload(Hotel.staff), joinedload(Hotel.reviews)))\n\
         print([len(r.hotel.staff) + len(r.hotel.reviews) for r in s.scalars(query).unique()])\n",
        &[
            "cartesian_product: 2 by query = select(Room).where(Room.id < 9).options(joinedload(Room.hotel).options(joinedload(Hotel.staff), selectinload(Hotel.reviews)))",
            "cartesian_product: 2 by query = select(Room).where(Room.id < 9).options(joinedload(Room.hotel).options(selectinload(Hotel.staff), joinedload(Hotel.reviews)))",
        ],
    );
}

#[test]
fn what_is_offered_for_a_loop_keeps_its_promise() {
    check(
        "two_gets",
        "for a, b in ((1, 2), (3, 4), (5, 6)):\n    print(s.get(Room, a).kind, s.get(Room, b).kind)\n",
        &[
            "n_plus_one: 1 by loaded = s.scalars(select(Room).where(Room.id.in_([key for a, b in ((1, 2), (3, 4), (5, 6)) for key in (a, b)]))).all()",
        ],
    );
    check(
        "helper",
        "def rooms_of(session, hotel):\n    return session.scalars(select(Room).where(Room.hotel_id == hotel.id)).all()\n\
         for h in s.scalars(select(Hotel)).all():\n    print(len(rooms_of(s, h)))\n",
        &[
            "n_plus_one: 2 by rows = list(s.scalars(select(Hotel)).all()) / found = {} / for row in s.scalars(select(Room).where(Room.hotel_id.in_([h.id for h in rows]))): / found.setdefault(row.hotel_id, []).append(row) / for h in rows: / print(len(found.get(h.id, [])))",
        ],
    );
    check(
        "two_keys",
        "for n in range(1, 6):\n    print(s.scalars(select(Room).where(Room.hotel_id == n, Room.kind == f\"k{n % 2}\")).first().id)\n",
        &[
            "n_plus_one: 1 by found = {} / for row in s.scalars(select(Room).where(tuple_(Room.hotel_id, Room.kind).in_([(n, f\"k{n % 2}\") for n in range(1, 6)]))): / found.setdefault((row.hotel_id, row.kind), []).append(row) / print(next(iter(found.get((n, f\"k{n % 2}\"), [])), None).id)",
        ],
    );
    check(
        "write_only",
        "for h in s.scalars(select(Hotel)).all():\n    print(len(s.scalars(h.letters.select()).all()))\n",
        &[
            "n_plus_one: 2 by rows = list(s.scalars(select(Hotel)).all()) / found = {} / for row in s.scalars(select(Letter).where(Letter.hotel_id.in_([h.id for h in rows]))): / found.setdefault(row.hotel_id, []).append(row) / for h in rows: / print(len(found.get(h.id, [])))",
        ],
    );
    check(
        "flushes",
        "for n in range(1, 5):\n    s.merge(Review(id=n, stars=9, hotel_id=1))\n    s.flush()\ns.rollback()\n",
        &[
            "n_plus_one: not tried: what line 65 does in its loop has no form that could be taken out of it",
            "unbatched_writes: it leaves 3 of 4",
        ],
    );
}
