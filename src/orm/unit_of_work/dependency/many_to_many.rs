//! The keys of both sides are in rows of a table between them.

use std::rc::Rc;

use super::{Dependency, OneSteps, Steps, register_cascaded_deletes, sync};
use crate::orm::Value;
use crate::orm::attributes::Passive;
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::relationship::PassiveDeletes;
use crate::orm::sql::Expr;
use crate::orm::unit_of_work::flush::Flush;
use crate::orm::unit_of_work::links;

pub(super) fn plan(_: &Rc<Dependency>, flush: &mut Flush, steps: &Steps) {
    let &Steps {
        parent_saves,
        child_saves,
        parent_deletes,
        child_deletes,
        after_save,
        before_delete,
    } = steps;
    flush.graph.all_before(&[
        (parent_saves, after_save),
        (child_saves, after_save),
        (after_save, child_deletes),
        // A row that is deleted and inserted anew becomes an update: its links go first all the same.
        (before_delete, parent_saves),
        (before_delete, parent_deletes),
        (before_delete, child_deletes),
        (before_delete, child_saves),
    ]);
}

pub(super) fn plan_one(flush: &mut Flush, steps: &OneSteps) {
    let &OneSteps {
        save_parent,
        delete_parent,
        child,
        after_save,
        before_delete,
        deletes,
        deletes_child,
    } = steps;
    if deletes {
        flush.order(&[(before_delete, child), (before_delete, delete_parent)]);
    } else if deletes_child {
        flush.order(&[(save_parent, after_save), (after_save, child)]);
    } else {
        flush.order(&[(save_parent, after_save), (child, after_save)]);
    }
}

pub(super) fn presort_deletes(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    if dependency.relationship.options.passive_deletes == PassiveDeletes::No {
        for instance in instances {
            dependency.history(flush, instance, dependency.passive_delete())?;
        }
    }
    Ok(())
}

pub(super) fn presort_saves(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let relationship = &dependency.relationship;
    if !relationship.options.cascade.delete_orphan {
        return Ok(());
    }
    for instance in instances {
        let history = dependency.history(flush, instance, Passive::NO_INITIALIZE)?;
        for child in history.deleted.iter().flatten() {
            if !dependency.has_parent(child) {
                flush.register_delete(child, Some(("delete", relationship)))?;
                register_cascaded_deletes(flush, child)?;
            }
        }
    }
    Ok(())
}

pub(super) fn process_deletes(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let mut work = Work::new(dependency, flush);
    for instance in instances {
        let history = dependency.history(flush, instance, dependency.passive_delete())?;
        for child in history.non_added().iter().flatten() {
            work.delete(flush, instance, child)?;
        }
    }
    work.run(flush)
}

pub(super) fn process_saves(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let mut work = Work::new(dependency, flush);
    let passive = Passive::NO_INITIALIZE | Passive::INCLUDE_PENDING_MUTATIONS;
    for instance in instances {
        let history = dependency.history(flush, instance, passive)?;
        for child in &history.added {
            let Some(child) = child else {
                dependency.verify(None)?;
                continue;
            };
            work.insert(flush, instance, child)?;
        }
        for child in history.deleted.iter().flatten() {
            work.delete(flush, instance, child)?;
        }
    }
    work.run(flush)
}

type Row = Vec<(Expr, Value)>;

/// The rows of the link table that one step inserts and deletes.
struct Work<'a> {
    dependency: &'a Dependency,
    /// The keys of both directions: what one has done, the other leaves.
    direction: Option<String>,
    done: Vec<(Rc<Instance>, Rc<Instance>)>,
    deleted: Vec<Row>,
    inserted: Vec<Row>,
    owners: Vec<Rc<Instance>>,
}

impl<'a> Work<'a> {
    fn new(dependency: &'a Dependency, _: &Flush) -> Self {
        let reverse = dependency.relationship.reverse();
        let direction = (!reverse.is_empty()).then(|| {
            let mut keys: Vec<&str> = reverse.iter().map(|reverse| &*reverse.key).collect();
            keys.push(&dependency.relationship.key);
            keys.sort_unstable();
            keys.join("\n")
        });
        Self {
            dependency,
            direction,
            done: Vec::new(),
            deleted: Vec::new(),
            inserted: Vec::new(),
            owners: Vec::new(),
        }
    }

    fn insert(&mut self, flush: &Flush, parent: &Rc<Instance>, child: &Rc<Instance>) -> Result<()> {
        if let Some(row) = self.row(flush, parent, child, "add")? {
            self.inserted.push(row);
        }
        Ok(())
    }

    fn delete(&mut self, flush: &Flush, parent: &Rc<Instance>, child: &Rc<Instance>) -> Result<()> {
        if let Some(row) = self.row(flush, parent, child, "delete")? {
            self.deleted.push(row);
        }
        Ok(())
    }

    fn row(
        &mut self,
        flush: &Flush,
        parent: &Rc<Instance>,
        child: &Rc<Instance>,
        operation: &str,
    ) -> Result<Option<Row>> {
        self.done.push((Rc::clone(child), Rc::clone(parent)));
        if let Some(direction) = &self.direction
            && flush.was_linked(direction, parent, child)
        {
            return Ok(None);
        }
        let dependency = self.dependency;
        dependency.verify(Some(child))?;
        if !flush.session.contains(child) {
            if child.lifecycle() != crate::orm::instance::Lifecycle::Deleted {
                flush.session.warn(&format!(
                    "Object of type <{}> not in session, {operation} operation along '{}' won't proceed",
                    child.mapper.class_name(),
                    dependency.relationship.name,
                ))?;
            }
            return Ok(None);
        }
        let join = dependency.relationship.join();
        let mut row = Vec::new();
        sync::populate_row(
            parent,
            &dependency.parent,
            &join.synchronize_pairs,
            &mut row,
        )?;
        sync::populate_row(
            child,
            &dependency.target,
            &join.secondary_synchronize_pairs,
            &mut row,
        )?;
        if !self.owners.iter().any(|owner| Rc::ptr_eq(owner, parent)) {
            self.owners.push(Rc::clone(parent));
        }
        Ok(Some(row))
    }

    fn run(self, flush: &mut Flush) -> Result<()> {
        if let Some(direction) = &self.direction {
            flush.note_links(direction, &self.done);
        }
        let relationship = &self.dependency.relationship;
        let Some(table) = relationship.join().secondary.clone() else {
            return Ok(());
        };
        if !self.deleted.is_empty() {
            links::delete(flush, relationship, &table, &self.deleted, &self.owners)?;
        }
        if !self.inserted.is_empty() {
            links::insert(flush, relationship, &table, &self.inserted, &self.owners)?;
        }
        Ok(())
    }
}
