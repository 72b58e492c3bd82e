//! What fills an object's relationships while its row is read: a joined target in the row itself, or a subquery load,
//! whose statement is sent with the first row that needs it.

use std::cell::RefCell;
use std::rc::Rc;

use super::RunOptions;
use super::post::PostLoads;
use super::rows::Reader;
use super::subquery::SubqueryLoad;
use crate::orm::Result;
use crate::orm::attributes::Handle;
use crate::orm::collection::Collection;
use crate::orm::instance::{Instance, Slot};
use crate::orm::query::Plan;
use crate::orm::query::plan::{EntityPlan, Item, JoinedPlan};
use crate::trace;
use crate::trace::hash::FastSet;

/// Fills one relationship.
pub(super) enum Filler<'a> {
    Joined(&'a JoinedPlan),
    Subquery(Box<SubqueryLoad>),
}

impl Filler<'_> {
    pub fn index(&self) -> usize {
        match self {
            Self::Joined(joined) => joined.index,
            Self::Subquery(subquery) => subquery.post.index,
        }
    }
}

/// By entity, in the order of its attributes, as each may send statements.
pub(super) type Fillers<'a> = Vec<(*const EntityPlan, Rc<[Filler<'a>]>)>;

/// A collection that an execution fills from its rows.
pub(super) struct Filling {
    collection: Rc<Collection>,
    members: FastSet<*const Instance>,
}

impl Reader<'_> {
    /// For the first row of an object.
    pub(super) fn fill(
        &mut self,
        filler: &Filler<'_>,
        instance: &Rc<Instance>,
        row: &[trace::Value],
    ) -> Result<()> {
        match filler {
            Filler::Subquery(subquery) => subquery.fill(self.session, instance, row),
            Filler::Joined(joined) if joined.uselist => {
                self.start_collection(joined, instance);
                self.add_member(joined, instance, row)
            }
            Filler::Joined(joined) => {
                let target = self.instance(&joined.entity, row)?;
                instance.put(joined.index, Slot::One(target));
                self.note(instance, joined);
                Ok(())
            }
        }
    }

    /// For an object that has come before, in this place of the row or in another.
    pub(super) fn fill_again(
        &mut self,
        filler: &Filler<'_>,
        instance: &Rc<Instance>,
        row: &[trace::Value],
    ) -> Result<()> {
        match filler {
            Filler::Subquery(subquery) if instance.is_loaded(subquery.post.index) => Ok(()),
            Filler::Subquery(subquery) => subquery.fill(self.session, instance, row),
            Filler::Joined(joined) if joined.uselist => {
                // In another place the same relationship may not have been in the row.
                if !self
                    .filling
                    .contains_key(&(Rc::as_ptr(instance), joined.index))
                {
                    self.start_collection(joined, instance);
                }
                self.add_member(joined, instance, row)
            }
            Filler::Joined(joined) => {
                let target = self.instance(&joined.entity, row)?;
                let Slot::One(known) = instance.slot(joined.index) else {
                    instance.put(joined.index, Slot::One(target));
                    self.note(instance, joined);
                    return Ok(());
                };
                if known.as_ref().map(Rc::as_ptr) == target.as_ref().map(Rc::as_ptr) {
                    return Ok(());
                }
                self.session.warn(&format!(
                    "Multiple rows returned with uselist=False for eagerly-loaded attribute '{}' ",
                    joined.relationship.name
                ))
            }
        }
    }

    /// For an object that has the relationship already: only what lies behind it is loaded.
    pub(super) fn look_into(
        &mut self,
        filler: &Filler<'_>,
        instance: &Rc<Instance>,
        row: &[trace::Value],
    ) -> Result<()> {
        match filler {
            Filler::Joined(joined) => self.instance(&joined.entity, row).map(drop),
            Filler::Subquery(subquery) => subquery.ensure(self.session, instance).map(drop),
        }
    }

    /// Gives the owner an empty collection, before its member is read: behind that, the owner may come again.
    fn start_collection(&mut self, plan: &JoinedPlan, owner: &Rc<Instance>) {
        let collection = Collection::of(plan.relationship.shape());
        owner.put(plan.index, Slot::Many(Rc::clone(&collection)));
        self.note(owner, plan);
        let filling = Filling {
            collection,
            members: FastSet::default(),
        };
        self.filling
            .insert((Rc::as_ptr(owner), plan.index), filling);
    }

    fn add_member(
        &mut self,
        plan: &JoinedPlan,
        owner: &Rc<Instance>,
        row: &[trace::Value],
    ) -> Result<()> {
        let member = self.instance(&plan.entity, row)?;
        let filling = self.filling.get_mut(&(Rc::as_ptr(owner), plan.index));
        if let (Some(member), Some(filling)) = (member, filling)
            && filling.members.insert(Rc::as_ptr(&member))
        {
            let handle = Handle {
                owner: Some(Rc::clone(owner)),
                index: plan.index,
                list: Rc::clone(&filling.collection),
            };
            handle.load(member)?;
        }
        Ok(())
    }
}

/// Enters the loads that follow the rows, and gathers what fills relationships from them.
pub(super) fn register<'a>(
    item: &'a Item,
    plan: &Rc<Plan>,
    options: &RunOptions,
    queue: &Rc<RefCell<PostLoads>>,
    fillers: &mut Fillers<'a>,
) -> Result<()> {
    match item {
        Item::Entity(entity) => register_entity(entity, plan, options, queue, fillers),
        Item::Bundle { items, .. } => items
            .iter()
            .try_for_each(|item| register(item, plan, options, queue, fillers)),
        Item::Value { .. } => Ok(()),
    }
}

fn register_entity<'a>(
    entity: &'a EntityPlan,
    plan: &Rc<Plan>,
    options: &RunOptions,
    queue: &Rc<RefCell<PostLoads>>,
    fillers: &mut Fillers<'a>,
) -> Result<()> {
    let mut own = Vec::new();
    let mut joined = entity.joined.iter().peekable();
    let mut posts = entity.post_loads.iter().peekable();
    // What follows a joined object comes before what its later siblings need.
    loop {
        let next = posts.peek().map_or(usize::MAX, |post| post.index);
        if let Some(before) = joined.next_if(|joined| joined.index < next) {
            register_entity(&before.entity, plan, options, queue, fillers)?;
            own.push(Filler::Joined(before));
        } else if let Some(post) = posts.next() {
            if let Some(subquery) = PostLoads::register(queue, entity, post, plan, options)? {
                if options.queue.is_none() {
                    queue.borrow().found.add(&subquery.found);
                }
                own.push(Filler::Subquery(Box::new(subquery)));
            }
        } else {
            break;
        }
    }
    if !own.is_empty() {
        fillers.push((std::ptr::from_ref(entity), own.into()));
    }
    Ok(())
}
