//! Random models, rows and options: each loading strategy reaches the same objects, with as many statements as its law
//! says. The laws are worked out from the rows alone.

#[path = "conformance/observe.rs"]
mod observe;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use lazyscope::python::Interpreter;
use lazyscope::scenario::Scenario;
use lazyscope::trace::{Settings, Strategy};
use proptest::collection::vec;
use proptest::strategy::Strategy as _;
use proptest::test_runner::{Config, TestCaseResult, TestRng, TestRunner};
use proptest::{prop_assert, prop_assert_eq};

use observe::{observe, on_worker};

const STRATEGIES: [Strategy; 5] = [
    Strategy::Select,
    Strategy::Selectin,
    Strategy::Joined,
    Strategy::Subquery,
    Strategy::Immediate,
];
/// Keys in one `IN`, as SQLAlchemy sends them.
const CHUNK: usize = 500;

#[test]
fn strategies_reach_the_same_objects_each_by_its_law() {
    hold(48, drawn(1..=6));
}

#[test]
fn many_owners_are_loaded_in_chunks() {
    hold(4, drawn(CHUNK - 2..=2 * CHUNK + 2));
}

fn hold(cases: u32, drawn: impl proptest::strategy::Strategy<Value = Drawn> + Send + 'static) {
    on_worker(move |interpreter| {
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::deterministic_rng(config.rng_algorithm);
        let asked = Cell::new(0);
        TestRunner::new_with_rng(config, rng)
            .run(&drawn, |drawn| check(interpreter, &drawn, &asked))
            .unwrap_or_else(|failure| panic!("{failure}"));
        // Of some models there is nothing to ask.
        assert!(asked.get() * 2 >= cases, "{} of {cases}", asked.get());
    });
}

fn check(interpreter: &Interpreter, drawn: &Drawn, asked: &Cell<u32>) -> TestCaseResult {
    let model = Model::new(drawn);
    let Some(question) = Question::new(drawn, &model) else {
        return Ok(());
    };
    asked.set(asked.get() + 1);
    let rows = Rows::new(drawn, &model);
    for strategy in STRATEGIES {
        let program = question.program(&model, &rows, strategy);
        let toggles = question.toggles(strategy);
        let request = Scenario::parse("random", &program)
            .request(&[], toggles, Settings::default())
            .expect("a program without parameters");
        let observed = observe(interpreter, request);
        prop_assert!(
            observed.error.is_none(),
            "{}\n{program}",
            observed.traceback
        );
        let reached = question.reached(&rows);
        prop_assert_eq!(&observed.output, &reached, "{:?}\n{}", strategy, program);
        let sent: Vec<&str> = observed
            .statements
            .iter()
            .map(|(_, sql, _)| sql.as_str())
            .filter(|sql| sql.starts_with("SELECT"))
            .collect();
        let law = question.law(&rows, strategy);
        prop_assert_eq!(sent.len(), law, "{:?}\n{}\n{:#?}", strategy, program, sent);
    }
    Ok(())
}

/// What is drawn: numbers, of which a model, its rows and a question are made, whatever they are.
#[derive(Clone, Debug)]
struct Drawn {
    classes: usize,
    /// Child, parent, and what kind of relationship.
    links: Vec<(usize, usize, u8)>,
    counts: Vec<usize>,
    picks: Vec<usize>,
    root: usize,
    steps: Vec<usize>,
    how: u8,
    least: usize,
    limit: Option<usize>,
}

fn drawn(
    rows: std::ops::RangeInclusive<usize>,
) -> impl proptest::strategy::Strategy<Value = Drawn> {
    let links = vec((0..5_usize, 0..5_usize, 0..4_u8), 1..7);
    let numbers = (2..=5_usize, links, vec(rows, 5), vec(0..1000_usize, 7..40));
    let question = (
        0..5_usize,
        vec(0..12_usize, 1..=2),
        0..3_u8,
        0..3_usize,
        proptest::option::weighted(0.25, 1..5_usize),
    );
    (numbers, question).prop_map(
        |((classes, links, counts, picks), (root, steps, how, least, limit))| Drawn {
            classes,
            links,
            counts,
            picks,
            root,
            steps,
            how,
            least,
            limit,
        },
    )
}

/// A foreign key of a child, or a table between two classes.
struct Link {
    child: usize,
    parent: usize,
    is_optional: bool,
    is_many_to_many: bool,
}

/// One side of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Relationship {
    link: usize,
    owner: usize,
    target: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Children of a parent.
    Down,
    /// The parent of a child.
    Up,
    /// Through a table, from the child's side and from the parent's.
    Many,
    Back,
}

impl Relationship {
    fn name(&self) -> String {
        let side = match self.kind {
            Kind::Down => "down",
            Kind::Up => "up",
            Kind::Many => "many",
            Kind::Back => "back",
        };
        format!("{side}{}", self.link)
    }

    fn is_to_one(&self) -> bool {
        self.kind == Kind::Up
    }
}

struct Model {
    classes: usize,
    links: Vec<Link>,
}

impl Model {
    fn new(drawn: &Drawn) -> Self {
        let links = drawn.links.iter().map(|&(one, other, kind)| {
            let (one, other) = (one % drawn.classes, other % drawn.classes);
            let (child, parent) = (one.max(other), one.min(other));
            Link {
                child,
                parent,
                is_optional: kind == 1 || child == parent,
                is_many_to_many: kind == 2 && child != parent,
            }
        });
        Self {
            classes: drawn.classes,
            links: links.collect(),
        }
    }

    fn relationships(&self, of: usize) -> Vec<Relationship> {
        let sides = self.links.iter().enumerate().flat_map(|(number, link)| {
            let (down, up) = if link.is_many_to_many {
                (Kind::Back, Kind::Many)
            } else {
                (Kind::Down, Kind::Up)
            };
            let side = |owner, target, kind| Relationship {
                link: number,
                owner,
                target,
                kind,
            };
            [
                side(link.parent, link.child, down),
                side(link.child, link.parent, up),
            ]
        });
        sides.filter(|side| side.owner == of).collect()
    }

    /// The classes, `lazy` among the arguments of each relationship in `chosen`.
    fn text(&self, chosen: &[Relationship], lazy: &str) -> String {
        let mut text = String::new();
        for (number, link) in self.links.iter().enumerate() {
            if link.is_many_to_many {
                let _ = writeln!(
                    text,
                    "link{number} = Table(\"link{number}\", Base.metadata, Column(\"child\", \
                     ForeignKey(\"c{}.id\"), primary_key=True), Column(\"parent\", ForeignKey(\"c{}.id\"), \
                     primary_key=True))",
                    link.child, link.parent
                );
            }
        }
        for class in 0..self.classes {
            let _ = write!(
                text,
                "class C{class}(Base):\n    __tablename__ = \"c{class}\"\n    id: Mapped[int] = \
                 mapped_column(primary_key=True)\n"
            );
            for side in self.relationships(class) {
                let (number, target) = (side.link, side.target);
                let link = &self.links[number];
                let lazy = if chosen.contains(&side) { lazy } else { "" };
                let name = side.name();
                let order = format!("order_by=\"C{target}.id\"");
                let line = match side.kind {
                    Kind::Down => format!(
                        "{name}: Mapped[list[\"C{target}\"]] = relationship(foreign_keys=\"C{target}.up{number}_id\", \
                         back_populates=\"up{number}\", {order}{lazy})"
                    ),
                    Kind::Up => {
                        let kind = if link.is_optional {
                            "Optional[int]"
                        } else {
                            "int"
                        };
                        let remote = if link.child == link.parent {
                            format!(", remote_side=\"C{class}.id\"")
                        } else {
                            String::new()
                        };
                        format!(
                            "up{number}_id: Mapped[{kind}] = mapped_column(ForeignKey(\"c{target}.id\"))\n    {name}: \
                             Mapped[Optional[\"C{target}\"]] = relationship(foreign_keys=\"C{class}.up{number}_id\", \
                             back_populates=\"down{number}\"{remote}{lazy})"
                        )
                    }
                    Kind::Many | Kind::Back => {
                        let other = if side.kind == Kind::Many {
                            "back"
                        } else {
                            "many"
                        };
                        format!(
                            "{name}: Mapped[list[\"C{target}\"]] = relationship(secondary=\"link{number}\", \
                             back_populates=\"{other}{number}\", {order}{lazy})"
                        )
                    }
                };
                let _ = writeln!(text, "    {line}");
            }
        }
        text
    }
}

/// The rows: how many of each class, numbered from 1, and what is linked to what.
struct Rows {
    counts: Vec<usize>,
    /// Pairs of child and parent for each link.
    pairs: Vec<BTreeSet<(usize, usize)>>,
}

impl Rows {
    fn new(drawn: &Drawn, model: &Model) -> Self {
        let mut picks = drawn.picks.iter().copied().cycle();
        let mut pick = |below: usize| picks.next().unwrap_or(0) % below.max(1);
        let counts = drawn.counts[..model.classes].to_vec();
        let pairs = model.links.iter().map(|link| {
            let (children, parents) = (counts[link.child], counts[link.parent]);
            if link.is_many_to_many {
                return (0..2 * children.min(6))
                    .map(|_| (1 + pick(children), 1 + pick(parents)))
                    .collect();
            }
            (1..=children)
                .filter_map(|child| {
                    let is_there = !link.is_optional || pick(4) > 0;
                    is_there.then(|| (child, 1 + pick(parents)))
                })
                .collect()
        });
        Self {
            pairs: pairs.collect(),
            counts: counts.clone(),
        }
    }

    /// The objects that an object's relationship leads to, in the order of their keys.
    fn related(&self, side: &Relationship, of: usize) -> Vec<usize> {
        let pairs = self.pairs[side.link].iter();
        match side.kind {
            Kind::Up | Kind::Many => pairs
                .filter(|(child, _)| *child == of)
                .map(|(_, parent)| *parent)
                .collect(),
            Kind::Down | Kind::Back => pairs
                .filter(|(_, parent)| *parent == of)
                .map(|(child, _)| *child)
                .collect(),
        }
    }

    fn text(&self, model: &Model) -> String {
        let mut text = String::from("with Session(engine) as session:\n");
        for class in 0..model.classes {
            let mut columns: BTreeMap<String, BTreeMap<usize, usize>> = BTreeMap::new();
            for (number, link) in model.links.iter().enumerate() {
                if link.child == class && !link.is_many_to_many {
                    let values = self.pairs[number].iter().copied().collect();
                    columns.insert(format!("up{number}_id"), values);
                }
            }
            let rows: Vec<String> = (1..=self.counts[class])
                .map(|id| {
                    let values = columns.iter().map(|(column, values)| {
                        let value = values.get(&id).map_or("None".into(), usize::to_string);
                        format!(", \"{column}\": {value}")
                    });
                    format!("{{\"id\": {id}{}}}", values.collect::<String>())
                })
                .collect();
            let _ = writeln!(
                text,
                "    session.execute(insert(C{class}), [{}])",
                rows.join(", ")
            );
        }
        for (number, link) in model.links.iter().enumerate() {
            if link.is_many_to_many && !self.pairs[number].is_empty() {
                let rows: Vec<String> = self.pairs[number]
                    .iter()
                    .map(|(child, parent)| format!("{{\"child\": {child}, \"parent\": {parent}}}"))
                    .collect();
                let _ = writeln!(
                    text,
                    "    session.execute(insert(link{number}), [{}])",
                    rows.join(", ")
                );
            }
        }
        text + "    session.commit()\n"
    }
}

/// Objects of a class, and what they lead to along one or two relationships that are loaded by the strategy.
struct Question {
    root: usize,
    path: Vec<Relationship>,
    how: How,
    least: usize,
    limit: Option<usize>,
}

/// Where the strategy is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Option,
    Mapping,
    Toggle,
}

impl Question {
    /// None when the class has no relationship.
    fn new(drawn: &Drawn, model: &Model) -> Option<Self> {
        let root = drawn.root % model.classes;
        let how = [How::Option, How::Mapping, How::Toggle][usize::from(drawn.how)];
        let mut path: Vec<Relationship> = Vec::new();
        let mut at = root;
        for step in &drawn.steps {
            let mut sides = model.relationships(at);
            // How far a mapping goes round in a circle is another law, and so is what an option does on the second turn.
            let is_circle = |target| target == root && how != How::Option;
            sides.retain(|side| !is_circle(side.target));
            if !path.is_empty() {
                sides.retain(|side| side.target != at && path[0].target != root);
            }
            if sides.is_empty() {
                break;
            }
            let side = sides[step % sides.len()];
            at = side.target;
            path.push(side);
        }
        (!path.is_empty()).then_some(Self {
            root,
            path,
            how,
            least: drawn.least,
            limit: drawn.limit,
        })
    }

    fn roots(&self, rows: &Rows) -> Vec<usize> {
        (self.least + 1..=rows.counts[self.root])
            .take(self.limit.unwrap_or(usize::MAX))
            .collect()
    }

    fn program(&self, model: &Model, rows: &Rows, strategy: Strategy) -> String {
        let name = strategy.name();
        let lazy = match self.how {
            How::Mapping => format!(", lazy=\"{name}\""),
            How::Option | How::Toggle => String::new(),
        };
        let option = match self.how {
            How::Option => {
                let function = match strategy {
                    Strategy::Select => "lazyload".to_owned(),
                    _ => format!("{name}load"),
                };
                let calls: Vec<String> = self
                    .path
                    .iter()
                    .map(|side| format!("{function}(C{}.{})", side.owner, side.name()))
                    .collect();
                format!(".options({})", calls.join("."))
            }
            How::Mapping | How::Toggle => String::new(),
        };
        let limit = self
            .limit
            .map_or(String::new(), |limit| format!(".limit({limit})"));
        let (root, least) = (self.root, self.least);
        let names: Vec<String> = self.path.iter().map(Relationship::name).collect();
        format!(
            "from typing import Optional\n\
             from sqlalchemy import Column, ForeignKey, Table, create_engine, insert, select\n\
             from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship\n\
             from sqlalchemy.orm import immediateload, joinedload, lazyload, selectinload, subqueryload\n\
             class Base(DeclarativeBase):\n    pass\n\
             {}\
             engine = create_engine(\"sqlite://\")\n\
             Base.metadata.create_all(engine)\n\
             {}\
             def reached(thing, names):\n    \
                 if not names:\n        return thing.id\n    \
                 found = getattr(thing, names[0])\n    \
                 found = found if isinstance(found, list) else [] if found is None else [found]\n    \
                 return thing.id, [reached(other, names[1:]) for other in found]\n\
             with Session(engine) as session:\n    \
                 query = select(C{root}).where(C{root}.id > {least}){option}.order_by(C{root}.id){limit}\n    \
                 things = session.scalars(query).unique().all()\n    \
                 for thing in things:\n        print(reached(thing, {names:?}))\n",
            model.text(&self.path, &lazy),
            rows.text(model),
        )
    }

    fn toggles(&self, strategy: Strategy) -> Vec<(String, Strategy)> {
        if self.how != How::Toggle {
            return Vec::new();
        }
        let key = |side: &Relationship| format!("C{}.{}", side.owner, side.name());
        self.path.iter().map(|side| (key(side), strategy)).collect()
    }

    /// What the program prints.
    fn reached(&self, rows: &Rows) -> String {
        fn shown(rows: &Rows, path: &[Relationship], of: usize) -> String {
            let Some((side, rest)) = path.split_first() else {
                return of.to_string();
            };
            let others: Vec<String> = rows
                .related(side, of)
                .into_iter()
                .map(|other| shown(rows, rest, other))
                .collect();
            format!("({of}, [{}])", others.join(", "))
        }
        let lines = self.roots(rows).into_iter();
        lines
            .map(|root| shown(rows, &self.path, root) + "\n")
            .collect()
    }

    /// How many SELECTs the strategy takes.
    fn law(&self, rows: &Rows, strategy: Strategy) -> usize {
        let roots = self.roots(rows);
        1 + match strategy {
            Strategy::Joined => 0,
            Strategy::Selectin => self.selectin(rows, &roots, 0),
            Strategy::Subquery => self.subquery(rows, roots),
            _ => self.one_by_one(rows, &roots),
        }
    }

    /// For each relationship one for every 500 keys; a null key asks nothing. What a chunk has brought is gone on from
    /// before the next chunk.
    fn selectin(&self, rows: &Rows, owners: &[usize], depth: usize) -> usize {
        let Some(side) = self.path.get(depth) else {
            return 0;
        };
        let keys: Vec<usize> = if side.is_to_one() {
            distinct(owners.iter().flat_map(|&owner| rows.related(side, owner)))
        } else {
            owners.to_vec()
        };
        let mut sent = 0;
        let mut known = BTreeSet::new();
        for chunk in keys.chunks(CHUNK) {
            let found = if side.is_to_one() {
                chunk.to_vec()
            } else {
                distinct(chunk.iter().flat_map(|&owner| rows.related(side, owner)))
            };
            let fresh: Vec<usize> = found.into_iter().filter(|&one| known.insert(one)).collect();
            sent += 1 + self.selectin(rows, &fresh, depth + 1);
        }
        sent
    }

    /// One for each relationship, as long as there is an owner.
    fn subquery(&self, rows: &Rows, mut owners: Vec<usize>) -> usize {
        let mut sent = 0;
        for side in &self.path {
            sent += usize::from(!owners.is_empty());
            owners = distinct(owners.iter().flat_map(|&owner| rows.related(side, owner)));
        }
        sent
    }

    /// One for each collection; for a single object only when the session does not have it yet.
    fn one_by_one(&self, rows: &Rows, roots: &[usize]) -> usize {
        struct Walk<'a> {
            rows: &'a Rows,
            path: &'a [Relationship],
            session: BTreeSet<(usize, usize)>,
            loaded: BTreeSet<(usize, usize)>,
            sent: usize,
        }
        impl Walk<'_> {
            fn go(&mut self, depth: usize, of: usize) {
                let Some(side) = self.path.get(depth) else {
                    return;
                };
                let others = self.rows.related(side, of);
                if self.loaded.insert((depth, of)) {
                    let is_known = side.is_to_one()
                        && others
                            .iter()
                            .all(|&other| self.session.contains(&(side.target, other)));
                    self.sent += usize::from(!is_known);
                }
                let brought = others.iter().map(|&other| (side.target, other));
                self.session.extend(brought);
                for other in others {
                    self.go(depth + 1, other);
                }
            }
        }
        let mut walk = Walk {
            rows,
            path: &self.path,
            session: roots.iter().map(|&root| (self.root, root)).collect(),
            loaded: BTreeSet::new(),
            sent: 0,
        };
        for &root in roots {
            walk.go(0, root);
        }
        walk.sent
    }
}

fn distinct(numbers: impl Iterator<Item = usize>) -> Vec<usize> {
    numbers.collect::<BTreeSet<_>>().into_iter().collect()
}
