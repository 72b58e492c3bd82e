//! What fills an object's relationships while its row is read: a joined target in the row itself, or a subquery load,
//! whose statement is sent with the first row that needs it. What is left to be loaded lazily is made ready between
//! them, in the order of the attributes: a load that fills one of them may come upon the same object.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::RunOptions;
use super::post::PostLoads;
use super::rows::Reader;
use super::subquery::{Subqueries, SubqueryLoad};
use crate::orm::attributes::Handle;
use crate::orm::collection::Collection;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::query::Plan;
use crate::orm::query::plan::{EntityPlan, Item, JoinedPlan, LazyPlan};
use crate::orm::relationship::Relationship;
use crate::trace;
use crate::trace::Strategy;
use crate::trace::hash::FastSet;

/// What becomes of one relationship with a row.
pub(super) enum Filler<'a> {
    Joined(&'a JoinedPlan),
    Subquery(Box<SubqueryLoad>),
    /// An option gave the object a loader of its own.
    Lazy(&'a LazyPlan, Rc<Relationship>),
    /// Objects are filled anew: it is to be read again.
    Reset(usize),
}

impl Filler<'_> {
    pub fn index(&self) -> usize {
        match self {
            Self::Joined(joined) => joined.index,
            Self::Subquery(subquery) => subquery.post.index,
            Self::Lazy(lazy, _) => lazy.index,
            Self::Reset(index) => *index,
        }
    }
}

/// By entity, in the order of its attributes, as each may send statements.
pub(super) type Fillers<'a> = Vec<(*const EntityPlan, Rc<[Filler<'a>]>)>;

/// A collection that an execution fills from its rows. It belongs to its owner alone: a load that fills the owner anew
/// meanwhile takes it away.
#[derive(Clone)]
pub(super) struct Filling {
    /// Held, so that its address is not used twice.
    _owner: Weak<Instance>,
    collection: Weak<Collection>,
    members: Rc<RefCell<FastSet<*const Instance>>>,
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
                let filling = self.start_collection(joined, instance);
                self.add_member(joined, &filling, instance, row)
            }
            Filler::Joined(joined) => {
                let target = self.instance(&joined.entity, row)?;
                instance.put(joined.index, Slot::One(target));
                self.note(instance, joined);
                Ok(())
            }
            Filler::Lazy(lazy, relationship) => {
                self.leave_lazy(lazy, relationship, instance);
                Ok(())
            }
            Filler::Reset(index) => {
                reset(instance, *index);
                // What an option of an earlier query said of this object alone holds no more.
                let gone = instance.state.borrow_mut().loaders.remove(index);
                drop(gone);
                Ok(())
            }
        }
    }

    /// The object loads this relationship as its own option says.
    fn leave_lazy(&self, lazy: &LazyPlan, relationship: &Relationship, instance: &Instance) {
        if lazy.strategy == Strategy::Noload {
            instance.put(lazy.index, nothing(relationship));
            return;
        }
        if let Some(element) = &lazy.element {
            let mut state = instance.state.borrow_mut();
            state.loaders.insert(lazy.index, Rc::clone(element));
        }
        // A loader of the object's own is put beside a reference that is loaded already, but takes a collection away.
        if self.resets() && (lazy.element.is_none() || relationship.uselist()) {
            reset(instance, lazy.index);
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
                let known = self.filling.get(&(Rc::as_ptr(instance), joined.index));
                let filling = match known.cloned() {
                    Some(filling) => filling,
                    None => self.start_collection(joined, instance),
                };
                self.add_member(joined, &filling, instance, row)
            }
            Filler::Lazy(..) | Filler::Reset(_) => Ok(()),
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
            Filler::Lazy(..) | Filler::Reset(_) => Ok(()),
        }
    }

    /// Gives the owner an empty collection, before its member is read: behind that, the owner may come again.
    fn start_collection(&mut self, plan: &JoinedPlan, owner: &Rc<Instance>) -> Filling {
        let collection = Collection::of(plan.relationship.shape());
        owner.put(plan.index, Slot::Many(Rc::clone(&collection)));
        self.note(owner, plan);
        let filling = Filling {
            _owner: Rc::downgrade(owner),
            collection: Rc::downgrade(&collection),
            members: Rc::default(),
        };
        self.filling
            .insert((Rc::as_ptr(owner), plan.index), filling.clone());
        filling
    }

    fn add_member(
        &mut self,
        plan: &JoinedPlan,
        filling: &Filling,
        owner: &Rc<Instance>,
        row: &[trace::Value],
    ) -> Result<()> {
        let Some(member) = self.instance(&plan.entity, row)? else {
            return Ok(());
        };
        if filling.members.borrow().contains(&Rc::as_ptr(&member)) {
            return Ok(());
        }
        let Some(list) = filling.collection.upgrade() else {
            return Err(Error::raised(
                "AttributeError",
                "'NoneType' object has no attribute '_sa_appender'",
            ));
        };
        let handle = Handle {
            owner: Some(Rc::clone(owner)),
            index: plan.index,
            list,
        };
        filling.members.borrow_mut().insert(Rc::as_ptr(&member));
        handle.load(Some(member))
    }
}

/// What `noload` has a relationship hold.
fn nothing(relationship: &Relationship) -> Slot {
    if relationship.uselist() {
        Slot::Many(Collection::of(relationship.shape()))
    } else {
        Slot::One(None)
    }
}

fn reset(instance: &Instance, index: usize) {
    instance.put(index, Slot::Unloaded);
    let gone = instance.state.borrow_mut().committed.remove(&index);
    drop(gone);
}

/// What happens to the objects of a plan's entities.
#[derive(Default)]
pub(super) struct Registered<'a> {
    pub fillers: Fillers<'a>,
    /// Entities whose objects loads wait for. One that is entered for the same path by another query of the same queue
    /// takes them along.
    pub followed: Vec<*const EntityPlan>,
    pub subqueries: Subqueries,
}

/// Enters the loads that follow the rows, and gathers what fills relationships from them.
pub(super) fn register<'a>(
    item: &'a Item,
    plan: &Rc<Plan>,
    options: &RunOptions,
    queue: &Rc<RefCell<PostLoads>>,
    registered: &mut Registered<'a>,
) -> Result<()> {
    match item {
        Item::Entity(entity) => register_entity(entity, plan, options, queue, registered),
        Item::Bundle { items, .. } => items
            .iter()
            .try_for_each(|item| register(item, plan, options, queue, registered)),
        Item::Value { .. } => Ok(()),
    }
}

fn register_entity<'a>(
    entity: &'a EntityPlan,
    plan: &Rc<Plan>,
    options: &RunOptions,
    queue: &Rc<RefCell<PostLoads>>,
    registered: &mut Registered<'a>,
) -> Result<()> {
    let mut own = Vec::new();
    let rank = |index: usize| entity.mapper.rank(index);
    let mut joined = entity.joined.iter().peekable();
    let mut posts = entity.post_loads.iter().peekable();
    // What follows a joined object comes before what its later siblings need.
    loop {
        let next = posts.peek().map_or(usize::MAX, |post| rank(post.index));
        if let Some(before) = joined.next_if(|joined| rank(joined.index) < next) {
            register_entity(&before.entity, plan, options, queue, registered)?;
            own.push(Filler::Joined(before));
        } else if let Some(post) = posts.next() {
            if let Some(mut subquery) = PostLoads::register(queue, entity, post, plan, options)? {
                registered.subqueries.share(&mut subquery);
                if options.queue.is_none() {
                    queue.borrow().found.add(subquery.found());
                }
                own.push(Filler::Subquery(Box::new(subquery)));
            }
        } else {
            break;
        }
    }
    let lazy = entity.lazy.iter();
    own.extend(lazy.filter_map(|lazy| {
        let attribute = entity.mapper.attribute(lazy.index);
        let relationship = attribute.as_relationship()?;
        Some(Filler::Lazy(lazy, Rc::clone(relationship)))
    }));
    if resets(options) {
        for relationship in entity.mapper.relationships() {
            let index = relationship.index();
            let has_own = own.iter().any(|filler| filler.index() == index)
                || entity.post_loads.iter().any(|post| post.index == index);
            if !has_own {
                own.push(Filler::Reset(index));
            }
        }
    }
    own.sort_by_key(|filler| rank(filler.index()));
    if !own.is_empty() {
        registered
            .fillers
            .push((std::ptr::from_ref(entity), own.into()));
    }
    if queue.borrow().is_waiting_at(&entity.load_path) {
        registered.followed.push(std::ptr::from_ref(entity));
    }
    Ok(())
}

/// `populate_existing`: lazily loaded relationships are to be read anew.
pub(super) fn resets(options: &RunOptions) -> bool {
    options.populate_existing && options.refresh.is_none()
}
