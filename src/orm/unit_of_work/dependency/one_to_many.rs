//! The foreign key is in the children's rows: they are saved after their parent and deleted before it.

use std::rc::Rc;

use super::{Dependency, OneSteps, Steps, register_cascaded_deletes, sync};
use crate::orm::attributes::Passive;
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::relationship::PassiveDeletes;
use crate::orm::unit_of_work::flush::Flush;
use crate::orm::unit_of_work::graph::Step;

pub(super) fn plan(dependency: &Rc<Dependency>, flush: &mut Flush, steps: &Steps) {
    let &Steps {
        parent_saves,
        child_saves,
        parent_deletes,
        child_deletes,
        after_save,
        before_delete,
    } = steps;
    if dependency.post_update() {
        let target = &dependency.target;
        let post = flush.graph.step(Step::PostUpdateAll(target.base(), false));
        let pre = flush.graph.step(Step::PostUpdateAll(target.base(), true));
        flush.graph.all_before(&[
            (child_saves, after_save),
            (parent_saves, after_save),
            (after_save, post),
            (child_saves, before_delete),
            (before_delete, post),
            (post, parent_deletes),
            (before_delete, pre),
            (pre, parent_deletes),
            (pre, child_deletes),
        ]);
    } else {
        flush.graph.all_before(&[
            (parent_saves, after_save),
            (after_save, child_saves),
            (after_save, child_deletes),
            (child_saves, parent_deletes),
            (child_deletes, parent_deletes),
            (before_delete, child_saves),
            (before_delete, child_deletes),
        ]);
    }
}

pub(super) fn plan_one(dependency: &Rc<Dependency>, flush: &mut Flush, steps: &OneSteps) {
    let &OneSteps {
        save_parent,
        delete_parent,
        child,
        after_save,
        before_delete,
        deletes,
        deletes_child,
    } = steps;
    if dependency.post_update() {
        let target = &dependency.target;
        let post = Some(flush.graph.step(Step::PostUpdateAll(target.base(), false)));
        let pre = Some(flush.graph.step(Step::PostUpdateAll(target.base(), true)));
        if deletes {
            flush.order(&[(before_delete, pre), (pre, delete_parent)]);
        } else {
            if !deletes_child {
                flush.order(&[(save_parent, after_save)]);
            }
            flush.order(&[(child, after_save), (after_save, post)]);
        }
    } else if deletes {
        flush.order(&[(before_delete, child), (child, delete_parent)]);
    } else {
        flush.order(&[
            (save_parent, after_save),
            (after_save, child),
            (save_parent, child),
        ]);
    }
}

/// Children of a deleted parent lose their key, unless they are deleted with it.
pub(super) fn presort_deletes(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let options = &dependency.relationship.options;
    let nulls_keys = !options.cascade.delete && options.passive_deletes != PassiveDeletes::All;
    for instance in instances {
        let history = dependency.history(flush, instance, dependency.passive_delete())?;
        for child in history.deleted.iter().flatten() {
            if dependency.has_parent(child) {
                continue;
            }
            if options.cascade.delete_orphan {
                flush.register_delete(child, None)?;
            } else {
                flush.register_save(child, None)?;
            }
        }
        if nulls_keys {
            for child in history.unchanged.iter().flatten() {
                flush.register_save(child, Some(("delete", &dependency.relationship)))?;
            }
        }
    }
    Ok(())
}

pub(super) fn presort_saves(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let options = &dependency.relationship.options;
    let nulls_keys =
        !options.cascade.delete_orphan && options.passive_deletes != PassiveDeletes::All;
    let relationship = &dependency.relationship;
    for instance in instances {
        let pks_changed = dependency.pks_changed(flush, instance)?;
        let passive = if pks_changed && !options.passive_updates {
            Passive::OFF
        } else {
            Passive::NO_INITIALIZE
        };
        let passive = passive | Passive::INCLUDE_PENDING_MUTATIONS;
        let history = dependency.history(flush, instance, passive)?;
        for child in history.added.iter().flatten() {
            flush.register_saved_after_all(child, Some(("add", relationship)))?;
            flush.note_child_added(dependency.key(), child);
        }
        for child in history.deleted.iter().flatten() {
            if !options.cascade.delete_orphan {
                if nulls_keys {
                    flush.register_save(child, Some(("delete", relationship)))?;
                }
            } else if !dependency.has_parent(child) {
                flush.register_delete(child, Some(("delete", relationship)))?;
                register_cascaded_deletes(flush, child)?;
            }
        }
        if pks_changed {
            for child in history.unchanged.iter().flatten() {
                let why = Some(("pk change", relationship.as_ref()));
                if options.passive_updates {
                    // The database carries the new key over; the objects follow without a statement.
                    flush.register_listed(child, why)?;
                } else {
                    flush.register_save(child, why)?;
                }
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
    let options = &dependency.relationship.options;
    if !dependency.post_update() && options.passive_deletes == PassiveDeletes::All {
        return Ok(());
    }
    for instance in instances {
        let history = dependency.history(flush, instance, dependency.passive_delete())?;
        for child in history.deleted.iter().flatten() {
            if !dependency.has_parent(child) {
                clear(dependency, flush, child)?;
            }
        }
        if dependency.post_update() || !options.cascade.delete {
            for child in history.unchanged.iter().flatten() {
                if !flush.was_child_added(dependency.key(), child) {
                    clear(dependency, flush, child)?;
                }
            }
        }
    }
    Ok(())
}

fn clear(dependency: &Dependency, flush: &mut Flush, child: &Rc<Instance>) -> Result<()> {
    clear_keys(dependency, flush, child)?;
    if dependency.post_update() {
        post_update(dependency, flush, child);
    }
    Ok(())
}

/// Takes the parent's key out of a child that it has let go of.
fn clear_keys(dependency: &Dependency, flush: &mut Flush, child: &Rc<Instance>) -> Result<()> {
    dependency.verify(Some(child))?;
    if dependency.post_update() || !flush.is_deleted(child) {
        let pairs = &dependency.relationship.join().synchronize_pairs;
        sync::clear(child, &dependency.target, pairs)?;
        flush.note_cause(child, &dependency.relationship);
    }
    Ok(())
}

fn post_update(dependency: &Dependency, flush: &mut Flush, child: &Rc<Instance>) {
    let pairs = &dependency.relationship.join().synchronize_pairs;
    flush.register_post_update(child, pairs.iter().map(|(_, to)| to));
}

pub(super) fn process_saves(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let options = &dependency.relationship.options;
    let nulls_keys =
        !options.cascade.delete_orphan && options.passive_deletes != PassiveDeletes::All;
    for instance in instances {
        let history = dependency.history(flush, instance, Passive::NO_INITIALIZE)?;
        for child in &history.added {
            let Some(child) = child else {
                dependency.verify(None)?;
                continue;
            };
            populate(dependency, flush, instance, child, false)?;
            if dependency.post_update() {
                post_update(dependency, flush, child);
            }
        }
        for child in history.deleted.iter().flatten() {
            if nulls_keys && !dependency.has_parent(child) {
                clear_keys(dependency, flush, child)?;
            }
        }
        if dependency.pks_changed(flush, instance)? {
            for child in history.unchanged.iter().flatten() {
                populate(dependency, flush, instance, child, true)?;
            }
        }
    }
    Ok(())
}

fn populate(
    dependency: &Dependency,
    flush: &mut Flush,
    parent: &Rc<Instance>,
    child: &Rc<Instance>,
    pks_changed: bool,
) -> Result<()> {
    dependency.verify(Some(child))?;
    if !dependency.post_update() && flush.is_deleted(child) {
        return Ok(());
    }
    let pairs = &dependency.relationship.join().synchronize_pairs;
    sync::populate(parent, &dependency.parent, child, &dependency.target, pairs)?;
    if pks_changed && dependency.relationship.options.passive_updates {
        for (from, to) in pairs {
            flush.note_cascaded_key(child, from, to);
        }
    }
    Ok(())
}
