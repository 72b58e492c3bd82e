//! What a relationship means for a flush: which rows come first, and how keys get from one to the other.

mod many_to_many;
mod many_to_one;
mod one_to_many;
mod sync;

use std::rc::Rc;

use super::flush::Flush;
use super::graph::{DependencyKey, Step, sort_key};
use crate::orm::attributes::{self, ObjectHistory, Passive};
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::mapper::Mapper;
use crate::orm::relationship::{PassiveDeletes, Relationship};
use crate::trace::{AccessOutcome, Direction};

/// The part of one relationship in a flush.
#[derive(Debug)]
pub struct Dependency {
    pub relationship: Rc<Relationship>,
    pub index: usize,
    pub parent: Rc<Mapper>,
    pub target: Rc<Mapper>,
    pub sort_key: String,
}

/// The steps of a flush that a dependency is about, for whole classes.
struct Steps {
    parent_saves: usize,
    child_saves: usize,
    parent_deletes: usize,
    child_deletes: usize,
    after_save: usize,
    before_delete: usize,
}

/// The same for one parent and one child; none where there is no such step.
struct OneSteps {
    save_parent: Option<usize>,
    delete_parent: Option<usize>,
    /// Saving or deleting the child, or all of its class.
    child: Option<usize>,
    after_save: Option<usize>,
    before_delete: Option<usize>,
    deletes: bool,
    deletes_child: bool,
}

impl Dependency {
    pub fn new(relationship: &Rc<Relationship>) -> Result<Rc<Self>> {
        let parent = relationship.parent();
        if relationship.join().synchronize_pairs.is_empty() {
            return Err(Error::argument(format!(
                "Can't build a DependencyProcessor for relationship {}. No target attributes to populate between \
                 parent and child are present",
                relationship.name
            )));
        }
        Ok(Rc::new(Self {
            index: relationship.index(),
            target: relationship.mapper(),
            sort_key: format!("{}_{}", sort_key(&parent), relationship.key),
            parent,
            relationship: Rc::clone(relationship),
        }))
    }

    /// How SQLAlchemy's messages show it.
    pub fn shown(&self) -> String {
        let kind = match self.direction() {
            Direction::OneToMany => "OneToMany",
            Direction::ManyToOne => "ManyToOne",
            Direction::ManyToMany => "ManyToMany",
        };
        format!("_{kind}DP({})", self.relationship.name)
    }

    pub fn key(&self) -> DependencyKey {
        (self.parent.id, self.index)
    }

    /// Whether objects of that mapper have the relationship.
    pub fn concerns(&self, mapper: &Mapper) -> bool {
        mapper.has(self.index)
            && mapper
                .attribute(self.index)
                .as_relationship()
                .is_some_and(|found| Rc::ptr_eq(found, &self.relationship))
    }

    /// The objects that have it.
    pub fn concerned(&self, instances: &[Rc<Instance>]) -> Vec<Rc<Instance>> {
        let has_it = |instance: &&Rc<Instance>| self.concerns(&instance.mapper);
        instances.iter().filter(has_it).cloned().collect()
    }

    fn direction(&self) -> Direction {
        self.relationship.direction()
    }

    fn post_update(&self) -> bool {
        self.relationship.options.post_update
    }

    /// How far deleting a parent may load its children.
    fn passive_delete(&self) -> Passive {
        if self.relationship.options.passive_deletes == PassiveDeletes::No {
            Passive::OFF
        } else {
            Passive::NO_INITIALIZE
        }
    }

    fn has_parent(&self, child: &Instance) -> bool {
        attributes::has_parent(&self.relationship, child, false)
    }

    /// Enters the steps and their order.
    pub fn plan(self: &Rc<Self>, flush: &mut Flush) {
        let steps = Steps {
            after_save: flush.graph.step(Step::ProcessAll(Rc::clone(self), false)),
            before_delete: flush.graph.step(Step::ProcessAll(Rc::clone(self), true)),
            parent_saves: flush.graph.step(Step::SaveAll(self.parent.base())),
            child_saves: flush.graph.step(Step::SaveAll(self.target.base())),
            parent_deletes: flush.graph.step(Step::DeleteAll(self.parent.base())),
            child_deletes: flush.graph.step(Step::DeleteAll(self.target.base())),
        };
        flush.note_dependency(self);
        match self.direction() {
            Direction::OneToMany => one_to_many::plan(self, flush, &steps),
            Direction::ManyToOne => many_to_one::plan(self, flush, &steps),
            Direction::ManyToMany => many_to_many::plan(self, flush, &steps),
        }
    }

    /// The same for single objects, when whole classes depend on themselves.
    ///
    /// # Errors
    /// Of loading related objects that a delete concerns.
    pub fn plan_each(
        self: &Rc<Self>,
        flush: &mut Flush,
        instances: &[Rc<Instance>],
        deletes: bool,
    ) -> Result<()> {
        let child_saves = flush.graph.step(Step::SaveAll(self.target.base()));
        let child_deletes = flush.graph.step(Step::DeleteAll(self.target.base()));
        let whole = flush.graph.step(Step::ProcessAll(Rc::clone(self), deletes));
        flush.graph.disable(whole);
        let is_child_in_cycle = flush.cycles.contains(&child_saves);
        let parent = flush.graph.step(if deletes {
            Step::DeleteAll(self.parent.base())
        } else {
            Step::SaveAll(self.parent.base())
        });
        let is_parent_in_cycle = flush.cycles.contains(&parent);
        for instance in instances {
            let passive = if deletes {
                self.passive_delete()
            } else {
                Passive::NO_INITIALIZE
            };
            let related = attributes::all_pending(instance, self.index, passive)?;
            if related.is_empty() {
                continue;
            }
            let process = flush.graph.step(Step::ProcessOne(
                Rc::clone(self),
                deletes,
                Rc::clone(instance),
            ));
            let parent = if is_parent_in_cycle {
                flush.graph.step(if deletes {
                    Step::DeleteOne(Rc::clone(instance))
                } else {
                    Step::SaveOne(Rc::clone(instance))
                })
            } else {
                parent
            };
            let children: Vec<(Option<usize>, bool)> = if is_child_in_cycle {
                related
                    .iter()
                    .map(|child| flush.step_of(child.as_ref()))
                    .collect()
            } else {
                vec![(Some(child_saves), false), (Some(child_deletes), true)]
            };
            for (child, deletes_child) in children {
                let steps = OneSteps {
                    save_parent: (!deletes).then_some(parent),
                    delete_parent: deletes.then_some(parent),
                    child,
                    after_save: (!deletes).then_some(process),
                    before_delete: deletes.then_some(process),
                    deletes,
                    deletes_child,
                };
                match self.direction() {
                    Direction::OneToMany => one_to_many::plan_one(self, flush, &steps),
                    Direction::ManyToOne => many_to_one::plan_one(self, flush, &steps),
                    Direction::ManyToMany => many_to_many::plan_one(flush, &steps),
                }
            }
        }
        Ok(())
    }

    /// Registers the further objects that deleting these concerns.
    ///
    /// # Errors
    /// Of loading them.
    pub fn presort_deletes(&self, flush: &mut Flush, instances: &[Rc<Instance>]) -> Result<()> {
        self.note_use(instances)?;
        match self.direction() {
            Direction::OneToMany => one_to_many::presort_deletes(self, flush, instances),
            Direction::ManyToOne => many_to_one::presort_deletes(self, flush, instances),
            Direction::ManyToMany => many_to_many::presort_deletes(self, flush, instances),
        }
    }

    /// What was loaded ahead spares a delete the statement that it would load its children or links with. Where the
    /// delete cascades along the relationship, that has been noted when it did.
    fn note_use(&self, instances: &[Rc<Instance>]) -> Result<()> {
        let relationship = &self.relationship;
        if self.direction() == Direction::ManyToOne
            || relationship.options.cascade.delete
            || relationship.options.passive_deletes != PassiveDeletes::No
        {
            return Ok(());
        }
        for instance in instances {
            if instance.is_loaded(self.index) {
                instance.note_read(relationship, AccessOutcome::Loaded, self.index)?;
            }
        }
        Ok(())
    }

    /// Registers the further objects that saving these concerns.
    ///
    /// # Errors
    /// Of loading them.
    pub fn presort_saves(&self, flush: &mut Flush, instances: &[Rc<Instance>]) -> Result<()> {
        match self.direction() {
            Direction::OneToMany => one_to_many::presort_saves(self, flush, instances),
            Direction::ManyToOne => many_to_one::presort_saves(self, flush, instances),
            Direction::ManyToMany => many_to_many::presort_saves(self, flush, instances),
        }
    }

    /// Carries keys over for objects that are deleted.
    ///
    /// # Errors
    /// A rule that the change breaks; of a link table, SQLite's.
    pub fn process_deletes(&self, flush: &mut Flush, instances: &[Rc<Instance>]) -> Result<()> {
        match self.direction() {
            Direction::OneToMany => one_to_many::process_deletes(self, flush, instances),
            Direction::ManyToOne => many_to_one::process_deletes(self, flush, instances),
            Direction::ManyToMany => many_to_many::process_deletes(self, flush, instances),
        }
    }

    /// Carries keys over for objects that are saved.
    ///
    /// # Errors
    /// A rule that the change breaks; of a link table, SQLite's.
    pub fn process_saves(&self, flush: &mut Flush, instances: &[Rc<Instance>]) -> Result<()> {
        match self.direction() {
            Direction::OneToMany => one_to_many::process_saves(self, flush, instances),
            Direction::ManyToOne => many_to_one::process_saves(self, flush, instances),
            Direction::ManyToMany => many_to_many::process_saves(self, flush, instances),
        }
    }

    /// Whether the relationship has a part in the flush at all.
    ///
    /// # Errors
    /// Of loading what a delete must know.
    pub fn has_changes(
        &self,
        flush: &mut Flush,
        instances: &[Rc<Instance>],
        deletes: bool,
    ) -> Result<bool> {
        let is_passive = self.relationship.options.passive_deletes != PassiveDeletes::No;
        let passive = if !deletes || is_passive {
            Passive::NO_INITIALIZE | Passive::INCLUDE_PENDING_MUTATIONS
        } else if self.direction() == Direction::ManyToOne {
            Passive::NO_FETCH_RELATED
        } else {
            Passive::OFF | Passive::INCLUDE_PENDING_MUTATIONS
        };
        for instance in instances {
            if !flush.history(instance, self.index, passive)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(!instances.is_empty()
            && !self.relationship.is_self_referential()
            && flush.has_mapper(&self.target))
    }

    fn history(
        &self,
        flush: &mut Flush,
        instance: &Rc<Instance>,
        passive: Passive,
    ) -> Result<Rc<ObjectHistory>> {
        flush.history(instance, self.index, passive)
    }

    /// An object of another class cannot stand in the rows of this relationship, nor can nothing in a collection.
    fn verify(&self, child: Option<&Rc<Instance>>) -> Result<()> {
        let Some(child) = child else {
            if !self.relationship.uselist() {
                return Ok(());
            }
            return Err(Error::raised(
                "sqlalchemy.orm.exc.FlushError",
                format!(
                    "Can't flush None value found in collection {}",
                    self.relationship.name
                ),
            ));
        };
        if child.mapper.is_a(&self.target) {
            return Ok(());
        }
        let class =
            |mapper: &Mapper| format!("<class '{}.{}'>", mapper.module, mapper.class_name());
        Err(Error::raised(
            "sqlalchemy.orm.exc.FlushError",
            format!(
                "Attempting to flush an item of type {} as a member of collection \"{}\". Expected an object of type \
                 {} or a polymorphic subclass of this type.",
                class(&child.mapper),
                self.relationship.name,
                class(&self.target),
            ),
        ))
    }

    fn pks_changed(&self, flush: &mut Flush, instance: &Rc<Instance>) -> Result<bool> {
        sync::is_source_modified(
            flush,
            instance,
            &self.parent,
            &self.relationship.join().synchronize_pairs,
        )
    }
}

/// Adds what is deleted along with a child by its own cascades.
fn register_cascaded_deletes(flush: &mut Flush, child: &Rc<Instance>) -> Result<()> {
    let mut cascaded = Vec::new();
    crate::orm::lifecycle::cascade(
        crate::orm::lifecycle::CascadeKind::Delete,
        child,
        &|_| false,
        &mut |related| {
            cascaded.push(Rc::clone(related));
            Ok(())
        },
    )?;
    for related in &cascaded {
        flush.register_delete(related, None)?;
    }
    Ok(())
}
