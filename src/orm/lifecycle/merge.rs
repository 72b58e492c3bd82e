use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::orm::attributes::{self, Passive, shown};
use crate::orm::collection::object;
use crate::orm::error::{Error, Result};
use crate::orm::identity::Identity;
use crate::orm::instance::{Instance, Lifecycle, Slot};
use crate::orm::listening::ObjectEvent;
use crate::orm::loading::get;
use crate::orm::mapper::{AttributeKind, MapperId};
use crate::orm::options::QueryOption;
use crate::orm::relationship::Relationship;
use crate::orm::session::Session;

/// What one call of `merge()` has merged so far.
#[derive(Default)]
struct Merging {
    merged: HashMap<*const Instance, Rc<Instance>>,
    by_identity: HashMap<Identity, Rc<Instance>>,
    /// Objects that were reached by a relationship: its reverse is not merged from there.
    reached: HashSet<(*const Instance, MapperId, usize)>,
    loads: bool,
    /// For loading the first object; those that it leads to are loaded without.
    options: Vec<QueryOption>,
}

impl Session {
    /// `session.merge(object, load=…)`: copies the state of an object onto the session's object of the same identity,
    /// which is loaded if need be or made.
    ///
    /// # Errors
    /// What loading and setting attributes raise; without `load`, when the object has no row or was changed.
    pub fn merge(
        &self,
        instance: &Rc<Instance>,
        load: bool,
        options: Vec<QueryOption>,
    ) -> Result<Rc<Instance>> {
        if load {
            // Flush what is there before anything is copied, and nothing while it is.
            self.autoflush()?;
        }
        self.no_autoflush.set(self.no_autoflush.get() + 1);
        let merged = self.merge_one(
            instance,
            &mut Merging {
                loads: load,
                options,
                ..Merging::default()
            },
        );
        self.no_autoflush.set(self.no_autoflush.get() - 1);
        merged
    }

    fn merge_one(&self, given: &Rc<Instance>, merging: &mut Merging) -> Result<Rc<Instance>> {
        if let Some(merged) = merging.merged.get(&Rc::as_ptr(given)) {
            return Ok(Rc::clone(merged));
        }
        let options = std::mem::take(&mut merging.options);
        let mapper = &given.mapper;
        let known_identity = given.identity();
        if known_identity.is_none() {
            if self.new.borrow().contains(given) {
                self.engine.host.warn(&format!(
                    "Instance {} is already pending in this Session yet is being merged again; this is probably not \
                     what you want to do",
                    shown(given)
                ))?;
            }
            if !merging.loads {
                return Err(Error::invalid_request(
                    "merge() with load=False option does not support objects transient (i.e. unpersisted) objects.  \
                     flush() all changes on mapped instances before merging with load=False.",
                ));
            }
        }
        let identity = match known_identity {
            Some(identity) => Some(identity),
            None => mapper
                .identity_of(given)?
                .filter(|identity| !identity.key.has_null()),
        };
        let mut is_made = false;
        let mut merged = identity.as_ref().and_then(|identity| self.lookup(identity));
        if merged.is_none()
            && let Some(identity) = &identity
        {
            if let Some(known) = merging.by_identity.get(identity) {
                merged = Some(Rc::clone(known));
            } else if merging.loads {
                merged = get::get(
                    &self.rc(),
                    &mapper.entity(),
                    identity.key.values(),
                    options,
                    get::Terms::default(),
                )?;
            } else {
                if given.is_modified() {
                    return Err(Error::invalid_request(
                        "merge() with load=False option does not support objects marked as 'dirty'.  flush() all \
                         changes on mapped instances before merging with load=False.",
                    ));
                }
                let made = Instance::new(mapper);
                made.state.borrow_mut().identity = Some(identity.clone());
                made.state.borrow_mut().lifecycle = Lifecycle::Detached;
                self.update(&made, false)?;
                is_made = true;
                merged = Some(made);
            }
        }
        let merged = match merged {
            Some(merged) => merged,
            None => {
                let made = Instance::new(mapper);
                self.save_or_update(&made)?;
                is_made = true;
                made
            }
        };
        merging.merged.insert(Rc::as_ptr(given), Rc::clone(&merged));
        if let Some(identity) = identity {
            merging.by_identity.insert(identity, Rc::clone(&merged));
        }
        if !Rc::ptr_eq(given, &merged) {
            if let Some(version) = mapper.version() {
                version.check_merged(given, &merged)?;
            }
            take_loaders(given, &merged);
            // Relationships first: a mapper has them before the columns of its table.
            let attributes = mapper.attributes();
            for attribute in &attributes {
                if let AttributeKind::Relationship(relationship) = &attribute.kind {
                    self.merge_relationship(given, &merged, relationship, merging)?;
                }
            }
            for attribute in &attributes {
                if attribute.as_column().is_some() {
                    merge_column(given, &merged, attribute.index, merging.loads)?;
                }
            }
        }
        if !merging.loads {
            self.commit_all(&merged);
        }
        if is_made {
            merged.tell(ObjectEvent::Load, None)?;
        }
        Ok(merged)
    }

    fn merge_relationship(
        &self,
        given: &Rc<Instance>,
        merged: &Rc<Instance>,
        relationship: &Rc<Relationship>,
        merging: &mut Merging,
    ) -> Result<()> {
        if merging.loads {
            let came_back = relationship.reverse().iter().any(|reverse| {
                merging
                    .reached
                    .contains(&(Rc::as_ptr(given), reverse.parent().id, reverse.index()))
            });
            if came_back {
                return Ok(());
            }
        }
        if !relationship.options.cascade.merge {
            return Ok(());
        }
        // What is not loaded is not merged: who merges, needs it.
        given.note_need(relationship)?;
        let index = relationship.index();
        let via = (relationship.parent().id, index);
        match given.slot(index) {
            Slot::Many(items) => {
                if merging.loads {
                    attributes::get(merged, index, Passive::MERGE)?;
                }
                let mut list = Vec::new();
                for item in items.items.borrow().clone() {
                    let item = object(&item)?;
                    merging.reached.insert((Rc::as_ptr(&item), via.0, via.1));
                    list.push(self.merge_one(&item, merging)?);
                }
                if merging.loads {
                    let list: Vec<_> = list.into_iter().map(Some).collect();
                    attributes::replace(merged, index, &list, None, Passive::MERGE)
                } else {
                    let list = attributes::collect(merged, relationship, list)?;
                    merged.put(index, Slot::Many(list));
                    Ok(())
                }
            }
            Slot::One(one) => {
                let one = match one {
                    Some(one) => {
                        merging.reached.insert((Rc::as_ptr(&one), via.0, via.1));
                        Some(self.merge_one(&one, merging)?)
                    }
                    None => None,
                };
                if merging.loads {
                    attributes::set_related(merged, index, one)
                } else {
                    merged.put(index, Slot::One(one));
                    Ok(())
                }
            }
            Slot::Unloaded | Slot::Expired | Slot::Value(_) => Ok(()),
        }
    }

    /// What the object holds is what its row holds: no history.
    pub(in crate::orm) fn commit_all(&self, instance: &Rc<Instance>) {
        let mut state = instance.state.borrow_mut();
        let gone = (
            std::mem::take(&mut state.committed),
            std::mem::take(&mut state.pending),
        );
        state.expired = false;
        drop(state);
        drop(gone);
        let changed = self.modified.borrow_mut().remove(instance);
        drop(changed);
    }
}

/// From now on the merged object loads as the given one would: without options when that has none.
fn take_loaders(given: &Instance, merged: &Instance) {
    let (load, loaders) = {
        let given = given.state.borrow();
        (given.load.clone(), given.loaders.clone())
    };
    let before = {
        let mut merged = merged.state.borrow_mut();
        let load = std::mem::replace(&mut merged.load, load);
        let had = (!loaders.is_empty()).then(|| std::mem::replace(&mut merged.loaders, loaders));
        (load, had)
    };
    drop(before);
}

fn merge_column(
    given: &Rc<Instance>,
    merged: &Rc<Instance>,
    index: usize,
    loads: bool,
) -> Result<()> {
    if let Slot::Value(value) = given.slot(index) {
        if !loads {
            merged.put(index, Slot::Value(value));
            return Ok(());
        }
        return attributes::set_value(merged, index, value);
    }
    if let Some(sql) = attributes::expression(given, index) {
        return attributes::set_expr(merged, index, sql);
    }
    // What the given object does not know, the merged one is to load when it is read.
    let is_deferred = merged
        .mapper
        .attribute(index)
        .as_column()
        .is_some_and(|column| column.deferred);
    if merged.is_persistent() && !merged.is_loaded(index) && !is_deferred {
        super::expire::expire_attributes(merged, &[index])?;
    }
    Ok(())
}
