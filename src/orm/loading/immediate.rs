//! `immediate`: as a lazy load, but at once, object by object.

use std::rc::Rc;

use super::Passive;
use super::lazy::{self, LazyLoad, Outcome};
use super::post::{Loader, Target};
use crate::orm::error::Result;
use crate::orm::options::{LoadOption, QueryOption};
use crate::orm::session::Session;
use crate::trace::Trigger;

pub(super) fn load(_session: &Rc<Session>, loader: &Loader, objects: &[Target]) -> Result<()> {
    // Where it goes round, an object that a key names is only looked up; a collection is loaded all the same.
    let passive = Passive {
        related: !loader.known_only,
        ..Passive::NO_RAISE
    };
    let index = loader.post.index;
    // A round that another follows repeats its own option for it.
    let goes_on = loader.recursion_depth.is_some_and(|depth| depth != 0);
    let (path, extra) = match &loader.post.element {
        Some(element) if goes_on => {
            let again = LoadOption::of_elements([Rc::clone(element), Rc::new(element.once_more())]);
            let path = match loader.load_path.steps().last() {
                Some(entity) => loader.load_path.parent().without_recursion().push(*entity),
                None => loader.load_path.clone(),
            };
            (path, vec![QueryOption::Load(Rc::new(again))])
        }
        _ => (loader.load_path.clone(), Vec::new()),
    };
    for target in objects {
        let Some(instance) = &target.instance() else {
            continue;
        };
        if !target.overwrites && instance.is_loaded(index) {
            continue;
        }
        let load = LazyLoad {
            trigger: Trigger::Immediate,
            // It loads as a relationship without options does.
            element: None,
            from: Some(path.clone()),
            recursion: loader.options.recursion.clone(),
            queue: loader.options.queue.clone(),
            extra: extra.clone(),
        };
        if let Outcome::Loaded { found, statement } =
            lazy::load(instance, index, &loader.post.relationship, passive, &load)?.permitted()?
        {
            lazy::set_loaded(instance, index, &loader.post.relationship, found)?;
            if let Some(statement) = statement {
                instance.note_relationship_load(index, statement);
            }
        }
    }
    Ok(())
}
