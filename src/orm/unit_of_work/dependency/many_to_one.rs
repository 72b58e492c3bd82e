//! The foreign key is in the parent's own row: what it refers to is saved first and deleted last.

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
        let parent = &dependency.parent;
        let post = flush.graph.step(Step::PostUpdateAll(parent.base(), false));
        let pre = flush.graph.step(Step::PostUpdateAll(parent.base(), true));
        flush.graph.all_before(&[
            (child_saves, after_save),
            (parent_saves, after_save),
            (after_save, post),
            (after_save, pre),
            (before_delete, pre),
            (pre, child_deletes),
            (pre, parent_deletes),
        ]);
    } else {
        flush.graph.all_before(&[
            (child_saves, after_save),
            (after_save, parent_saves),
            (parent_saves, child_deletes),
            (parent_deletes, child_deletes),
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
        let parent = &dependency.parent;
        if deletes {
            let pre = Some(flush.graph.step(Step::PostUpdateAll(parent.base(), true)));
            flush.order(&[(before_delete, pre), (pre, delete_parent), (pre, child)]);
        } else {
            let post = Some(flush.graph.step(Step::PostUpdateAll(parent.base(), false)));
            if deletes_child {
                flush.order(&[(after_save, post), (post, child)]);
            } else {
                flush.order(&[
                    (save_parent, after_save),
                    (child, after_save),
                    (after_save, post),
                ]);
            }
        }
    } else if !deletes {
        if !deletes_child {
            flush.order(&[(child, after_save)]);
        }
        flush.order(&[(after_save, save_parent)]);
    } else if deletes_child {
        flush.order(&[(delete_parent, child)]);
    }
}

pub(super) fn presort_deletes(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let cascade = dependency.relationship.options.cascade;
    if !cascade.delete && !cascade.delete_orphan {
        return Ok(());
    }
    for instance in instances {
        let history = dependency.history(flush, instance, dependency.passive_delete())?;
        let going = if cascade.delete_orphan {
            history.sum()
        } else {
            history.non_deleted()
        };
        for child in going.iter().flatten() {
            flush.register_delete(child, Some(("delete", &dependency.relationship)))?;
            register_cascaded_deletes(flush, child)?;
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
    for instance in instances {
        flush.register_save(instance, Some(("add", relationship)))?;
        if !relationship.options.cascade.delete_orphan {
            continue;
        }
        let history = dependency.history(flush, instance, dependency.passive_delete())?;
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
    let options = &dependency.relationship.options;
    if !dependency.post_update()
        || options.cascade.delete_orphan
        || options.passive_deletes == PassiveDeletes::All
    {
        return Ok(());
    }
    // The row must not refer to the other one any more before either can be deleted.
    for instance in instances {
        synchronize(dependency, flush, instance, None, true)?;
        let history = dependency.history(flush, instance, dependency.passive_delete())?;
        if history.sum().iter().any(Option::is_some) {
            post_update(dependency, flush, instance);
        }
    }
    Ok(())
}

pub(super) fn process_saves(
    dependency: &Dependency,
    flush: &mut Flush,
    instances: &[Rc<Instance>],
) -> Result<()> {
    let relationship = &dependency.relationship;
    for instance in instances {
        let history = dependency.history(flush, instance, Passive::NO_INITIALIZE)?;
        if history.is_empty() {
            continue;
        }
        if !history.added.is_empty() {
            for child in &history.added {
                if let Some(child) = child
                    && !flush.session.contains(child)
                {
                    flush.session.warn(&format!(
                        "Object of type <{}> not in session, add operation along '{}' won't proceed",
                        child.mapper.class_name(),
                        relationship.name,
                    ))?;
                    continue;
                }
                synchronize(dependency, flush, instance, child.as_ref(), false)?;
            }
        } else if !history.deleted.is_empty() {
            synchronize(dependency, flush, instance, None, true)?;
        }
        if dependency.post_update() && !history.sum().is_empty() {
            post_update(dependency, flush, instance);
        }
    }
    Ok(())
}

fn post_update(dependency: &Dependency, flush: &mut Flush, instance: &Rc<Instance>) {
    let pairs = &dependency.relationship.join().synchronize_pairs;
    flush.register_post_update(instance, pairs.iter().map(|(_, to)| to));
}

fn synchronize(
    dependency: &Dependency,
    flush: &mut Flush,
    instance: &Rc<Instance>,
    child: Option<&Rc<Instance>>,
    clears: bool,
) -> Result<()> {
    if !dependency.post_update() && flush.is_deleted(instance) {
        return Ok(());
    }
    let pairs = &dependency.relationship.join().synchronize_pairs;
    match child {
        Some(child) if !clears => {
            dependency.verify(Some(child))?;
            sync::populate(
                child,
                &dependency.target,
                instance,
                &dependency.parent,
                pairs,
            )
        }
        _ => sync::clear(instance, &dependency.parent, pairs),
    }
}
