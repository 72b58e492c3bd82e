//! What follows from a change: history, the session's notice, cascades, the other direction of the relationship.

use std::rc::Rc;

use super::{Passive, collection, object};
use crate::orm::collection::{Collection, Member};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Parent, Slot};
use crate::orm::mapper::MapperId;
use crate::orm::relationship::Relationship;
use crate::trace::Direction;

/// The kind of change that an event began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Append,
    Remove,
    Replace,
    BulkReplace,
}

/// What a chain of events began with: handed along, so that a relationship and its reverse do not call each other
/// for ever.
#[derive(Clone, Debug)]
pub struct Token {
    relationship: Rc<Relationship>,
    operation: Operation,
}

impl Token {
    pub(super) fn new(relationship: &Rc<Relationship>, operation: Operation) -> Self {
        Self {
            relationship: Rc::clone(relationship),
            operation,
        }
    }

    /// What adding to the attribute is marked with: of a reference, it is a replacement.
    fn of_append(relationship: &Rc<Relationship>) -> Self {
        Self::new(
            relationship,
            if relationship.uselist() {
                Operation::Append
            } else {
                Operation::Replace
            },
        )
    }

    fn is(&self, relationship: &Rc<Relationship>, operation: Operation) -> bool {
        self.operation == operation && self.concerns(relationship)
    }

    fn concerns(&self, relationship: &Rc<Relationship>) -> bool {
        Rc::ptr_eq(&self.relationship, relationship)
    }

    /// The other relationship that the chain began with; none when it began with this one.
    pub(super) fn elsewhere(&self, than: &Rc<Relationship>) -> Option<&Relationship> {
        (!self.concerns(than)).then_some(&self.relationship)
    }

    pub(super) fn is_bulk(&self) -> bool {
        self.operation == Operation::BulkReplace
    }
}

/// Notes that an attribute changes; `previous` is its value until now (`Unloaded`: none, `Expired`: not known).
pub(super) fn modified(instance: &Rc<Instance>, index: usize, previous: Slot) {
    let attribute = instance.mapper.attribute(index);
    if attribute
        .as_relationship()
        .is_some_and(|relationship| relationship.options.viewonly)
    {
        return;
    }
    let is_known = instance.state.borrow().committed.contains_key(&index);
    if !is_known {
        let previous = match previous {
            Slot::Many(items) => Slot::Many(Collection::of_members(items.items.borrow().clone())),
            other => other,
        };
        instance
            .state
            .borrow_mut()
            .committed
            .insert(index, previous);
    }
    if let Some(session) = instance.session() {
        session.notice_change(instance);
    }
}

/// As [`modified`], of a collection: its previous value is what it holds now.
pub(super) fn collection_modified(instance: &Rc<Instance>, index: usize) {
    let is_known = instance.state.borrow().committed.contains_key(&index);
    let previous = if is_known {
        Slot::Unloaded
    } else {
        match instance.slot(index) {
            many @ Slot::Many(_) => many,
            _ => Slot::Unloaded,
        }
    };
    modified(instance, index, previous);
}

/// Whether the objects of a relationship know their parent: those of a one-to-many, and of a `single_parent`.
fn tracks_parents(relationship: &Relationship) -> bool {
    relationship.options.single_parent || relationship.direction() == Direction::OneToMany
}

fn parent_key(relationship: &Relationship) -> (MapperId, usize) {
    (relationship.parent().id, relationship.index())
}

/// Whether the object has a parent by this relationship; `optimistic` is the answer where no event told.
pub fn has_parent(relationship: &Relationship, instance: &Instance, optimistic: bool) -> bool {
    match instance
        .state
        .borrow()
        .parents
        .get(&parent_key(relationship))
    {
        Some(Parent::Held(_)) => true,
        Some(Parent::Gone) => false,
        None => optimistic,
    }
}

fn hold(relationship: &Relationship, child: &Instance, parent: &Rc<Instance>) {
    if tracks_parents(relationship) {
        child.state.borrow_mut().parents.insert(
            parent_key(relationship),
            Parent::Held(Rc::downgrade(parent)),
        );
    }
}

fn let_go(relationship: &Relationship, child: &Instance, parent: &Rc<Instance>) -> Result<()> {
    if !tracks_parents(relationship) {
        return Ok(());
    }
    let key = parent_key(relationship);
    let last = child.state.borrow().parents.get(&key).cloned();
    if let Some(Parent::Held(last)) = last {
        match last.upgrade() {
            Some(last) if Rc::ptr_eq(&last, parent) => {}
            // Another parent has taken it since.
            Some(last) if last.identity() != parent.identity() => return Ok(()),
            Some(_) => {}
            None if parent.identity().is_some() => {
                return Err(Error::raised(
                    "sqlalchemy.orm.exc.StaleDataError",
                    format!(
                        "Removing state {} from parent state {} along attribute '{}', but the parent record has gone \
                         stale, can't be sure this is the most recent parent.",
                        shown(child),
                        shown(parent),
                        relationship.key,
                    ),
                ));
            }
            None => {}
        }
    }
    child.state.borrow_mut().parents.insert(key, Parent::Gone);
    Ok(())
}

/// How SQLAlchemy's messages show an object: its class and address.
pub fn shown(instance: &Instance) -> String {
    format!(
        "<{} at {:#x}>",
        instance.mapper.class_name(),
        std::ptr::from_ref(instance).addr()
    )
}

/// An object comes into a collection. Called before it is in.
pub(super) fn append(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Member,
    initiator: Option<&Token>,
) -> Result<()> {
    let Some(item) = item else {
        collection_modified(owner, index);
        return Ok(());
    };
    let own = Token::new(relationship, Operation::Append);
    let token = initiator.unwrap_or(&own);
    forbid_second_parent(relationship, item, None, token)?;
    cascade(owner, relationship, item, token)?;
    backref_of_append(owner, relationship, item, token)?;
    collection_modified(owner, index);
    hold(relationship, item, owner);
    Ok(())
}

/// An object that is in a collection stays in it while the collection is replaced.
pub(super) fn keep(
    owner: &Rc<Instance>,
    relationship: &Rc<Relationship>,
    item: &Member,
    initiator: &Token,
) -> Result<()> {
    match item {
        Some(item) => cascade(owner, relationship, item, initiator),
        None => Ok(()),
    }
}

/// An object leaves a collection. Called while it is in, but for a pop.
pub(super) fn remove(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Member,
    initiator: Option<&Token>,
) -> Result<()> {
    let Some(item) = item else {
        collection_modified(owner, index);
        return Ok(());
    };
    let own = Token::new(relationship, Operation::Remove);
    let token = initiator.unwrap_or(&own);
    let_go(relationship, item, owner)?;
    expunge_orphan(owner, relationship, item)?;
    backref_of_remove(owner, index, relationship, item, token)?;
    collection_modified(owner, index);
    Ok(())
}

/// A reference changes from one object to another. `known_before` is none when the old one is not known.
pub(super) fn replace(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    new: Option<&Rc<Instance>>,
    previous: &Slot,
    initiator: Option<&Token>,
) -> Result<()> {
    let own = Token::new(relationship, Operation::Replace);
    let token = initiator.unwrap_or(&own);
    let old = match previous {
        Slot::One(old) => old.clone(),
        _ => None,
    };
    let is_same = match (&old, new) {
        (Some(old), Some(new)) => Rc::ptr_eq(old, new),
        (None, None) => matches!(previous, Slot::One(None)),
        _ => false,
    };
    if let (false, Some(old)) = (is_same, &old) {
        let_go(relationship, old, owner)?;
    }
    if let Some(new) = new {
        forbid_second_parent(relationship, new, old.as_ref(), token)?;
    }
    if !is_same {
        if let Some(new) = new {
            cascade(owner, relationship, new, token)?;
        }
        if let (Some(session), Some(old)) = (owner.session(), &old)
            && relationship.options.cascade.delete_orphan
            && session.new.borrow().contains(old)
            && is_orphan(old)
        {
            session.expunge(old)?;
        }
        backref_of_set(owner, relationship, new, old.as_ref(), token)?;
    }
    modified(owner, index, previous.clone());
    if let Some(new) = new {
        hold(relationship, new, owner);
    }
    Ok(())
}

/// `del owner.reference`.
pub(super) fn remove_reference(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    previous: &Slot,
) -> Result<()> {
    let token = Token::new(relationship, Operation::Remove);
    if let Slot::One(Some(old)) = previous {
        let_go(relationship, old, owner)?;
        expunge_orphan(owner, relationship, old)?;
        backref_of_remove(owner, index, relationship, old, &token)?;
    }
    modified(owner, index, previous.clone());
    Ok(())
}

fn forbid_second_parent(
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    old: Option<&Rc<Instance>>,
    token: &Token,
) -> Result<()> {
    if relationship.options.single_parent
        && token.relationship.key == relationship.key
        && has_parent(&token.relationship, item, false)
        && !old.is_some_and(|old| Rc::ptr_eq(old, item))
    {
        let parent = relationship.parent();
        return Err(Error::invalid_request(format!(
            "Instance {} is already associated with an instance of <class '{}.{}'> via its {} attribute, and is only \
             allowed a single parent.",
            shown(item),
            parent.module,
            parent.class_name(),
            relationship.name,
        ))
        .with_code("bbf1"));
    }
    Ok(())
}

/// The save-update cascade: what is attached to an object of a session comes into it, unless the change began on the
/// other side of the relationship.
fn cascade(
    owner: &Rc<Instance>,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    token: &Token,
) -> Result<()> {
    if let Some(session) = owner.session()
        && relationship.options.cascade.save_update
        && relationship.key == token.relationship.key
        && !session.contains(item)
    {
        session.save_or_update(item)?;
    }
    Ok(())
}

fn expunge_orphan(
    owner: &Rc<Instance>,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
) -> Result<()> {
    if !relationship.options.cascade.delete_orphan || !is_orphan(item) {
        return Ok(());
    }
    match owner.session() {
        Some(session) if session.new.borrow().contains(item) => session.expunge(item),
        _ => {
            item.state.borrow_mut().is_orphan_from_outside = true;
            Ok(())
        }
    }
}

/// Whether a relationship with `delete-orphan` should hold the object, and one of them does not.
pub fn is_orphan(instance: &Instance) -> bool {
    let optimistic = instance.is_persistent();
    instance
        .mapper
        .delete_orphans()
        .iter()
        .any(|relationship| !has_parent(relationship, instance, optimistic))
}

/// The relationship that leads back, with its place in the object that it belongs to.
///
/// # Errors
/// When the object is of a class that has nothing of that name: it is not what the relationship leads to.
fn back(relationship: &Relationship, of: &Instance) -> Result<Option<(usize, Rc<Relationship>)>> {
    if relationship.options.viewonly {
        return Ok(None);
    }
    let Some(key) = &relationship.options.back_populates else {
        return Ok(None);
    };
    let Some(attribute) = of.mapper.attribute_by_key(key) else {
        return Err(Error::raised("KeyError", key.to_string()));
    };
    let back = attribute.as_relationship();
    Ok(back
        .filter(|back| !back.options.viewonly)
        .map(|back| (attribute.index, Rc::clone(back))))
}

fn conflict(
    state: &Instance,
    token: &Token,
    child: &Rc<Relationship>,
    relationship: &Rc<Relationship>,
) -> Error {
    Error::raised(
        "ValueError",
        format!(
            "Bidirectional attribute conflict detected: Passing object {} to attribute \"{}\" triggers a modify event \
             on attribute \"{}\" via the backref \"{}\".",
            shown(state),
            token.relationship.name,
            child.name,
            relationship.name,
        ),
    )
}

fn backref_of_append(
    owner: &Rc<Instance>,
    relationship: &Rc<Relationship>,
    child: &Rc<Instance>,
    token: &Token,
) -> Result<()> {
    let Some((index, back)) = back(relationship, child)? else {
        return Ok(());
    };
    if !token.concerns(relationship) && !token.concerns(&back) {
        return Err(conflict(owner, token, &back, relationship));
    }
    let append_token = Token::of_append(&back);
    let is_loop = token.is(&back, append_token.operation)
        || (back.uselist() && token.is(&back, Operation::BulkReplace));
    if is_loop {
        return Ok(());
    }
    append_to(child, index, &back, owner, token)
}

/// Adds to the other side: to its collection, or as its reference.
fn append_to(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    value: &Rc<Instance>,
    token: &Token,
) -> Result<()> {
    if relationship.uselist() {
        collection::append_from(
            instance,
            index,
            relationship,
            value,
            token,
            Passive::NO_FETCH,
        )
    } else {
        object::set_from(
            instance,
            index,
            relationship,
            Some(value),
            Some(token),
            None,
        )
    }
}

/// Takes from the other side, if it is there.
fn pop_from(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    value: &Rc<Instance>,
    token: &Token,
) -> Result<()> {
    if relationship.uselist() {
        collection::pop_from(
            instance,
            index,
            relationship,
            value,
            token,
            Passive::NO_FETCH,
        )
    } else {
        object::set_from(
            instance,
            index,
            relationship,
            None,
            Some(token),
            Some(value),
        )
    }
}

fn backref_of_set(
    owner: &Rc<Instance>,
    relationship: &Rc<Relationship>,
    new: Option<&Rc<Instance>>,
    old: Option<&Rc<Instance>>,
    token: &Token,
) -> Result<()> {
    if let Some(old) = old
        && let Some((index, back)) = back(relationship, old)?
    {
        let is_loop = token.is(
            &back,
            if back.uselist() {
                Operation::Remove
            } else {
                Operation::Replace
            },
        );
        if !is_loop {
            pop_from(old, index, &back, owner, &Token::of_append(relationship))?;
        }
    }
    if let Some(new) = new
        && let Some((index, back)) = back(relationship, new)?
    {
        if !token.concerns(relationship) && !token.concerns(&back) {
            return Err(conflict(owner, token, &back, relationship));
        }
        let append_token = Token::of_append(&back);
        let is_loop = token.is(&back, append_token.operation)
            || (back.uselist() && token.is(&back, Operation::BulkReplace));
        if !is_loop {
            append_to(new, index, &back, owner, token)?;
        }
    }
    Ok(())
}

fn backref_of_remove(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    child: &Rc<Instance>,
    token: &Token,
) -> Result<()> {
    let Some((child_index, back)) = back(relationship, child)? else {
        return Ok(());
    };
    let is_loop = token.is(&back, Operation::Remove)
        || token.is(
            &back,
            if back.uselist() {
                Operation::BulkReplace
            } else {
                Operation::Replace
            },
        );
    if is_loop {
        return Ok(());
    }
    // As long as the collection holds it a second time, it keeps its parent.
    if !back.uselist()
        && relationship.uselist()
        && let Slot::Many(collection) = owner.slot(index)
        && collection
            .items
            .borrow()
            .iter()
            .filter(|item| item.as_ref().is_some_and(|item| Rc::ptr_eq(item, child)))
            .count()
            > 1
    {
        return Ok(());
    }
    pop_from(child, child_index, &back, owner, token)
}
