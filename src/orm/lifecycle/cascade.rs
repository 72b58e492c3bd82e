use std::collections::HashSet;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::orm::attributes::{self, Got, Passive};
use crate::orm::collection::objects;
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::relationship::{PassiveDeletes, Relationship};

/// The cascades of relationships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    SaveUpdate,
    Delete,
    RefreshExpire,
    Expunge,
}

impl Kind {
    fn applies(self, relationship: &Relationship) -> bool {
        let cascade = relationship.options.cascade;
        match self {
            Self::SaveUpdate => cascade.save_update,
            Self::Delete => cascade.delete,
            Self::RefreshExpire => cascade.refresh_expire,
            Self::Expunge => cascade.expunge,
        }
    }
}

/// Visits every object that the cascade leads to from `root`, parents before children, each once. What `halts` says
/// yes to is passed over, with all behind it.
///
/// # Errors
/// What `visit` raises; of the delete cascade, also what loading related objects raises.
pub fn cascade(
    kind: Kind,
    root: &Rc<Instance>,
    halts: &dyn Fn(&Rc<Instance>) -> bool,
    visit: &mut dyn FnMut(&Rc<Instance>) -> Result<()>,
) -> Result<()> {
    enum Step {
        Relationships(Rc<Instance>, VecDeque<Rc<Relationship>>),
        Objects(VecDeque<Rc<Instance>>),
    }
    let relationships = |instance: &Rc<Instance>| {
        let relationships = instance.mapper.relationships().into();
        Step::Relationships(Rc::clone(instance), relationships)
    };
    let mut visited: HashSet<*const Instance> = HashSet::new();
    // Those visited are held, so that no address is used twice.
    let mut held = Vec::new();
    let mut steps = vec![relationships(root)];
    while let Some(step) = steps.last_mut() {
        match step {
            Step::Relationships(parent, queue) => {
                let Some(relationship) = queue.pop_front() else {
                    steps.pop();
                    continue;
                };
                if !kind.applies(&relationship) {
                    continue;
                }
                let parent = Rc::clone(parent);
                let mut found = VecDeque::new();
                for child in related(kind, &parent, &relationship)? {
                    if visited.contains(&Rc::as_ptr(&child)) || halts(&child) {
                        continue;
                    }
                    let skips_pending = kind == Kind::RefreshExpire
                        && !relationship.options.cascade.delete_orphan
                        && !child.is_persistent();
                    if skips_pending {
                        continue;
                    }
                    visited.insert(Rc::as_ptr(&child));
                    held.push(Rc::clone(&child));
                    found.push_back(child);
                }
                if !found.is_empty() {
                    steps.push(Step::Objects(found));
                }
            }
            Step::Objects(queue) => {
                let Some(child) = queue.pop_front() else {
                    steps.pop();
                    continue;
                };
                visit(&child)?;
                steps.push(relationships(&child));
            }
        }
    }
    Ok(())
}

/// The related objects that a cascade goes on to. Only that of deletes loads what is not there.
fn related(
    kind: Kind,
    parent: &Rc<Instance>,
    relationship: &Rc<Relationship>,
) -> Result<Vec<Rc<Instance>>> {
    let index = relationship.index();
    if kind == Kind::SaveUpdate {
        let all = attributes::all_pending(parent, index, Passive::NO_INITIALIZE)?;
        return Ok(all.into_iter().flatten().collect());
    }
    let loads = kind == Kind::Delete && relationship.options.passive_deletes == PassiveDeletes::No;
    let passive = if loads {
        Passive::OFF | Passive::NO_RAISE
    } else {
        Passive::NO_INITIALIZE
    };
    Ok(match attributes::get(parent, index, passive)? {
        Got::Slot(Slot::One(one)) => one.into_iter().collect(),
        Got::Slot(Slot::Many(many)) => objects(&many.items.borrow())?,
        _ => Vec::new(),
    })
}
