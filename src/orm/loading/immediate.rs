//! `immediate`: as a lazy load, but at once, object by object.

use std::rc::Rc;

use super::Passive;
use super::lazy::{self, LazyLoad, Outcome};
use super::post::{Loader, Target};
use crate::orm::error::Result;
use crate::orm::session::Session;
use crate::trace::Trigger;

pub(super) fn load(_session: &Rc<Session>, loader: &Loader, objects: &[Target]) -> Result<()> {
    // Where it goes round, an object that a key names is only looked up; a collection is loaded all the same.
    let passive = Passive {
        related: !loader.known_only,
        ..Passive::NO_RAISE
    };
    let index = loader.post.index;
    for (instance, overwrites) in objects {
        if !overwrites && instance.is_loaded(index) {
            continue;
        }
        let mut path = loader.load_path.clone();
        if loader.recursion_depth.is_some() {
            path = path.push(crate::orm::path::Step::Attribute(
                loader.post.relationship.parent().id,
                index,
            ));
            path = path.without_recursion().parent();
        }
        let load = LazyLoad {
            trigger: Trigger::Immediate,
            element: loader.post.element.clone(),
            from: Some(path),
            recursion: loader.options.recursion.clone(),
            queue: loader.options.queue.clone(),
        };
        if let Outcome::Loaded { found, statement } =
            lazy::load(instance, index, &loader.post.relationship, passive, &load)?
        {
            lazy::set_loaded(instance, index, &loader.post.relationship, found)?;
            if let Some(statement) = statement {
                instance.note_relationship_load(index, statement);
            }
        }
    }
    Ok(())
}
