use std::sync::Arc;

use crate::trace::folded::Folded;
use crate::trace::{Direction, Strategy, Trigger};

/// Something to try against a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// The relationship to load otherwise, when that is the remedy.
    pub relationship: Option<Arc<str>>,
    /// How to load it: replaying the run with this strategy tries the remedy.
    pub strategy: Option<Strategy>,
    /// What to write.
    pub code: String,
}

impl Remedy {
    /// A remedy that no toggle can try.
    pub fn code(code: impl Into<String>) -> Self {
        Self {
            relationship: None,
            strategy: None,
            code: code.into(),
        }
    }

    /// Load `relationship` with `strategy`, at the query at the root of the chain of parents from `parent` on.
    pub(crate) fn load(
        folded: &Folded,
        relationship: &Arc<str>,
        strategy: Strategy,
        parent: Option<u64>,
    ) -> Self {
        let mut chain = vec![format!("{}({relationship})", option_of(strategy))];
        chain.extend(path_to(folded, relationship, parent));
        chain.reverse();
        Self {
            relationship: Some(Arc::clone(relationship)),
            strategy: Some(strategy),
            code: format!(".options({})", chain.join(".")),
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

/// The loader options that lead to the owners of `relationship`, from the owner outwards: a statement that loaded
/// them may itself have been asked for by a relationship, or have joined one.
fn path_to(folded: &Folded, relationship: &str, parent: Option<u64>) -> Vec<String> {
    let mut path: Vec<String> = Vec::new();
    let mut owner = class_of(relationship);
    let mut next = parent;
    while let Some(statement) = next.and_then(|id| folded.statement_by_id(id)) {
        let joined = statement.joined().iter().find(|key| {
            folded
                .relationship(key)
                .is_some_and(|info| info.target == owner)
        });
        if let Some(key) = joined {
            path.push(format!("joinedload({key})"));
        }
        let Some(key) = statement.relationship() else {
            break;
        };
        let repeated = path.iter().any(|step| step.contains(&format!("({key})")));
        if folded.relationship(key).is_none() || repeated {
            break;
        }
        let strategy = match statement.trigger() {
            Trigger::Subquery => Strategy::Subquery,
            _ => Strategy::Selectin,
        };
        path.push(format!("{}({key})", option_of(strategy)));
        owner = class_of(key);
        next = statement.parent();
    }
    path
}

/// `Author` of `Author.books`.
pub(crate) fn class_of(relationship: &str) -> &str {
    relationship.split('.').next().unwrap_or(relationship)
}
