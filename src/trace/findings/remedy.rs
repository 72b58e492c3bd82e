use std::sync::Arc;

use super::FindingKind;
use crate::trace::folded::Folded;
use crate::trace::{Direction, Strategy, Trigger};

/// Something to try against a finding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remedy {
    /// The relationship to load otherwise, when that is the remedy.
    pub relationship: Option<Arc<str>>,
    /// How to load it.
    pub strategy: Option<Strategy>,
    /// The loader options that say so, each a path from the owners that the query loads to what is to be loaded
    /// otherwise; none where no option does, or where a file tells of the remedy.
    pub paths: Vec<Vec<LoadStep>>,
    /// The change of the scenario that says it, where no option does; none where it is left to the reader.
    pub rewrite: Option<Rewrite>,
    /// What to write.
    pub code: String,
    /// What came of trying it; none where nobody has.
    pub trial: Option<Box<Trial>>,
}

/// What came of trying a remedy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    /// Why it is none to take, as a clause; none where it was found better.
    pub refused: Option<String>,
    /// What the run with it cost; none where there was none.
    pub cost: Option<Cost>,
    /// Findings that it makes, with what they are about.
    pub new_findings: Vec<(FindingKind, Option<Arc<str>>)>,
    /// The scenario prints something else with it.
    pub prints_other: bool,
    /// The change of the scenario: `-12 …` for a line of it that goes, `+12 …` for one that comes.
    pub diff: Vec<String>,
}

/// What a run costs, as far as it does not change from one machine to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    pub statements: u64,
    pub rows: u64,
    pub bytes: u64,
    pub vm_steps: u64,
}

/// A change of a scenario's text that is no loader option. Lines are those of the scenario.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Rewrite {
    /// An index on each of some columns.
    Index { table: String, columns: Vec<String> },
    /// What `session.get` of a line asks for one by one is asked for before its loop, by these columns.
    FetchAhead { line: u32, columns: Vec<String> },
    /// What a query of a line asks for by a key of each turn is asked for before its loop, for all keys. It may be the
    /// query for a collection that always asks.
    AskAhead {
        line: u32,
        relationship: Option<Arc<str>>,
    },
    /// The objects of that class that a line refreshes one by one are filled again before its loop, by that column.
    RefreshAhead {
        line: u32,
        class: String,
        column: String,
    },
    /// The rows that a line writes with a statement each are written after its loop with one.
    WriteTogether { line: u32 },
    /// The flush or commit of a line comes once, after its loop.
    WriteAfter { line: u32 },
    /// The answer that the first line had is kept for the other, or, where they are one, for all turns of its loop.
    KeepAnswer { first: u32, line: u32 },
    /// The session around a line keeps what it has loaded when it commits.
    KeepLoaded { line: u32 },
    /// The query of a line asks whether there is one of a collection where it joins it, so that its limit counts owners.
    /// Of these collections it is the one that the query joins.
    CountOwners {
        line: u32,
        collections: Vec<Arc<str>>,
    },
}

impl Rewrite {
    /// A word or two for what it does.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Index { .. } => "index",
            Self::FetchAhead { .. } | Self::AskAhead { .. } | Self::RefreshAhead { .. } => {
                "one query ahead"
            }
            Self::WriteTogether { .. } => "one statement",
            Self::WriteAfter { .. } => "one flush",
            Self::KeepAnswer { .. } => "kept answer",
            Self::KeepLoaded { .. } => "expire_on_commit",
            Self::CountOwners { .. } => "any()",
        }
    }
}

/// One loader option of a path: `selectinload(Author.books)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LoadStep {
    /// The function that it is written with.
    pub option: &'static str,
    /// The relationship or column.
    pub key: Arc<str>,
    /// The strategy of the relationship; none for a column.
    pub strategy: Option<Strategy>,
    /// It goes on from what it loads to what that has by the same relationship, to the last of a tree.
    pub is_recursive: bool,
    /// What it loads may be many for each owner.
    pub is_collection: bool,
}

impl LoadStep {
    /// Loads a relationship with a strategy.
    pub fn load(strategy: Strategy, key: Arc<str>) -> Self {
        Self {
            option: option_of(strategy),
            key,
            strategy: Some(strategy),
            is_recursive: false,
            is_collection: false,
        }
    }

    fn column(option: &'static str, key: &Arc<str>) -> Self {
        Self {
            option,
            key: Arc::clone(key),
            strategy: None,
            is_recursive: false,
            is_collection: false,
        }
    }

    /// What it says after its attribute: `, recursion_depth=-1`.
    pub fn settings(&self) -> &'static str {
        match self.is_recursive {
            true => ", recursion_depth=-1",
            false => "",
        }
    }

    /// The class of its owners: `Author` of `Author.books`.
    pub fn class(&self) -> &str {
        class_of(&self.key)
    }
}

impl std::fmt::Display for LoadStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.option {
            "undefer_group" => write!(f, "{}(the group of {})", self.option, self.key),
            option => write!(f, "{option}({}{})", self.key, self.settings()),
        }
    }
}

impl Remedy {
    /// Whether it can be tried: an option or a change says it.
    pub fn can_be_tried(&self) -> bool {
        !self.paths.is_empty() || self.rewrite.is_some()
    }

    /// A remedy that no option says.
    pub fn code(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            ..Self::default()
        }
    }

    /// The same with the change that says it.
    pub fn with(self, rewrite: Rewrite) -> Self {
        Self {
            rewrite: Some(rewrite),
            ..self
        }
    }

    /// Load `relationship` with `strategy`, at the query at the root of the chain of parents from `parent` on.
    pub(crate) fn load(
        folded: &Folded,
        relationship: &Arc<str>,
        strategy: Strategy,
        parent: Option<u64>,
    ) -> Self {
        Self::load_all(folded, &[relationship], strategy, parent)
    }

    /// The same for several relationships at once.
    pub(crate) fn load_all(
        folded: &Folded,
        relationships: &[&Arc<str>],
        strategy: Strategy,
        parent: Option<u64>,
    ) -> Self {
        let steps = relationships
            .iter()
            .map(|key| LoadStep::load(strategy, Arc::clone(key)));
        Self {
            relationship: relationships.last().map(|key| Arc::clone(key)),
            strategy: Some(strategy),
            ..Self::options(folded, steps, parent)
        }
    }

    /// Load a relationship from a class to itself for all of a tree, level by level.
    pub(crate) fn load_tree(folded: &Folded, relationship: &Arc<str>, parent: Option<u64>) -> Self {
        let step = LoadStep {
            is_recursive: true,
            ..LoadStep::load(Strategy::Selectin, Arc::clone(relationship))
        };
        Self {
            relationship: Some(Arc::clone(relationship)),
            strategy: Some(Strategy::Selectin),
            ..Self::options(folded, [step], parent)
        }
    }

    /// Load a deferred column with the rest of its owner.
    pub(crate) fn undefer(folded: &Folded, column: &Arc<str>, parent: Option<u64>) -> Self {
        Self::options(folded, [LoadStep::column("undefer", column)], parent)
    }

    /// The same for all columns of its group.
    pub(crate) fn undefer_group(folded: &Folded, column: &Arc<str>, parent: Option<u64>) -> Self {
        Self::options(folded, [LoadStep::column("undefer_group", column)], parent)
    }

    fn options(
        folded: &Folded,
        steps: impl IntoIterator<Item = LoadStep>,
        parent: Option<u64>,
    ) -> Self {
        let paths: Vec<_> = steps
            .into_iter()
            .map(|last| {
                let mut path = path_to(folded, &last.key, parent);
                path.push(last);
                for step in &mut path {
                    let info = folded.relationship(&step.key);
                    step.is_collection = info.is_some_and(|info| info.uselist);
                }
                path
            })
            .collect();
        let chains = paths.iter().map(|path| {
            let steps: Vec<_> = path.iter().map(ToString::to_string).collect();
            steps.join(".")
        });
        Self {
            code: format!(".options({})", chains.collect::<Vec<_>>().join(", ")),
            paths,
            ..Self::default()
        }
    }
}

/// SQLAlchemy's loader option for a strategy.
pub(crate) fn option_of(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Select | Strategy::WriteOnly | Strategy::Dynamic => "lazyload",
        Strategy::Selectin => "selectinload",
        Strategy::Joined => "joinedload",
        Strategy::Raise | Strategy::RaiseOnSql => "raiseload",
        Strategy::Subquery => "subqueryload",
        Strategy::Immediate => "immediateload",
        Strategy::Noload => "noload",
    }
}

/// The strategies to try for a relationship that was loaded one by one, the likeliest first.
pub(crate) fn batch_strategies(folded: &Folded, relationship: &str) -> [Strategy; 2] {
    let to_one = folded
        .relationship(relationship)
        .is_some_and(|info| info.direction == Direction::ManyToOne);
    match to_one {
        true => [Strategy::Joined, Strategy::Selectin],
        false => [Strategy::Selectin, Strategy::Joined],
    }
}

/// The loader options that lead to the owners of what is to be loaded, from the objects that the query loads: a
/// statement that loaded them may itself have been asked for by a relationship, or have joined one.
fn path_to(folded: &Folded, key: &Arc<str>, parent: Option<u64>) -> Vec<LoadStep> {
    let mut path: Vec<LoadStep> = Vec::new();
    let mut last = Arc::clone(key);
    let mut next = parent;
    while let Some(statement) = next.and_then(|id| folded.statement_by_id(id)) {
        for key in joined_to(folded, statement.joined(), &last) {
            path.push(LoadStep::load(Strategy::Joined, Arc::clone(key)));
            last = Arc::clone(key);
        }
        let is_own_load = statement.trigger() != Trigger::Query;
        let asked = statement.relationship().filter(|key| {
            let info = folded.relationship(key);
            is_own_load
                && info.is_some_and(|info| info.target == class_of(&last))
                && !is_on(&path, key)
        });
        let Some(key) = asked else {
            break;
        };
        let strategy = match statement.trigger() {
            Trigger::Subquery => Strategy::Subquery,
            _ => Strategy::Selectin,
        };
        path.push(LoadStep::load(strategy, Arc::clone(key)));
        last = Arc::clone(key);
        next = statement.parent();
    }
    path.reverse();
    path
}

/// The relationships that a statement joined on the way to the owners of `last`, from there outwards. It may have joined
/// `last` as well; what led there was joined before it.
fn joined_to<'a>(folded: &Folded, joined: &'a [Arc<str>], last: &str) -> Vec<&'a Arc<str>> {
    let mut found = Vec::new();
    let mut owner = class_of(last);
    let mut before = joined.iter().position(|key| **key == *last);
    let entity = joined.first().map(|key| class_of(key));
    while Some(owner) != entity {
        let earlier = &joined[..before.unwrap_or(joined.len())];
        let leads = |key: &Arc<str>| folded.relationship(key).is_some_and(|i| i.target == owner);
        let Some(at) = earlier.iter().rposition(leads) else {
            break;
        };
        found.push(&joined[at]);
        owner = class_of(&joined[at]);
        before = Some(at);
    }
    found
}

fn is_on(path: &[LoadStep], key: &Arc<str>) -> bool {
    path.iter().any(|step| step.key == *key)
}

/// `Author` of `Author.books`.
pub(crate) fn class_of(relationship: &str) -> &str {
    relationship.split('.').next().unwrap_or(relationship)
}
