//! The steps of a flush: what relationships add to it is asked first, then the steps are put in order and taken.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Flush;
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::unit_of_work::dependency::Dependency;
use crate::orm::unit_of_work::graph::Step;
use crate::orm::unit_of_work::{delete, post_update, save, topology};

impl Flush {
    /// Works out the steps, and takes them.
    ///
    /// # Errors
    /// SQLite's, or a rule of the mapping that the changes break.
    pub fn execute(&mut self) -> Result<()> {
        while self.preprocess()? {}
        self.cycles = topology::cycles(self.graph.edges());
        if self.cycles.is_empty() {
            let steps = self.graph.sorted(&HashSet::new());
            let sorted = topology::sort_in_steps(self.graph.edges(), &steps);
            for place in sorted.steps.into_iter().flatten() {
                let step = self.graph.get(place).clone();
                self.take(&step)?;
            }
            return self.graph.unless_circular(&steps, sorted.is_circular);
        }
        self.break_up()?;
        let steps = self.graph.sorted(&self.cycles.clone());
        let sorted = topology::sort_in_steps(self.graph.edges(), &steps);
        for set in sorted.steps {
            self.take_together(set)?;
        }
        self.graph.unless_circular(&steps, sorted.is_circular)
    }

    /// One round over the relationships; true as long as there was something new to look at.
    fn preprocess(&mut self) -> Result<bool> {
        let mut found = false;
        for at in 0..self.preprocesses.len() {
            let dependency = Rc::clone(&self.preprocesses[at].dependency);
            let mut saved = Vec::new();
            let mut deleted = Vec::new();
            for instance in self.members_of(&dependency.parent) {
                if !dependency.concerns(&instance.mapper) {
                    continue;
                }
                let address = Rc::as_ptr(instance);
                let fate = self.fates[&address];
                if fate.is_listed_only || self.preprocesses[at].processed.contains(&address) {
                    continue;
                }
                if fate.deletes {
                    deleted.push(Rc::clone(instance));
                } else {
                    saved.push(Rc::clone(instance));
                }
            }
            if saved.is_empty() && deleted.is_empty() {
                continue;
            }
            found = true;
            if !deleted.is_empty() {
                dependency.presort_deletes(self, &deleted)?;
            }
            if !saved.is_empty() {
                dependency.presort_saves(self, &saved)?;
            }
            let processed = &mut self.preprocesses[at].processed;
            processed.extend(saved.iter().chain(&deleted).map(Rc::as_ptr));
            if !self.preprocesses[at].is_planned
                && (dependency.has_changes(self, &deleted, true)?
                    || dependency.has_changes(self, &saved, false)?)
            {
                dependency.plan(self);
                self.preprocesses[at].is_planned = true;
            }
        }
        Ok(found)
    }

    /// Classes that depend on themselves are saved and deleted object by object.
    fn break_up(&mut self) -> Result<()> {
        let cycles = self.graph.sort(self.cycles.iter().copied());
        let mut parts: HashMap<usize, Vec<usize>> = HashMap::new();
        for &place in &cycles {
            let (mapper, deletes) = match self.graph.get(place).clone() {
                Step::SaveAll(mapper) => (mapper, false),
                Step::DeleteAll(mapper) => (mapper, true),
                _ => {
                    parts.insert(place, Vec::new());
                    continue;
                }
            };
            let objects = self.objects(&mapper, deletes);
            // Saves stay before deletes, so that a row can change hands.
            let other = self.graph.step(if deletes {
                Step::SaveAll(Rc::clone(&mapper))
            } else {
                Step::DeleteAll(Rc::clone(&mapper))
            });
            let mut own = Vec::new();
            for instance in &objects {
                let one = self.graph.step(if deletes {
                    Step::DeleteOne(Rc::clone(instance))
                } else {
                    Step::SaveOne(Rc::clone(instance))
                });
                if deletes {
                    self.graph.before(other, one);
                } else {
                    self.graph.before(one, other);
                }
                own.push(one);
            }
            parts.insert(place, own);
            let dependencies = self.dependencies.get(&mapper.id).cloned();
            for dependency in dependencies.unwrap_or_default() {
                let concerned = dependency.concerned(&objects);
                dependency.plan_each(self, &concerned, deletes)?;
            }
        }
        for (first, then) in self.graph.take_edges() {
            let in_cycle = |place: usize| self.cycles.contains(&place);
            if !self.graph.is_enabled(first)
                || !self.graph.is_enabled(then)
                || (in_cycle(first) && in_cycle(then))
            {
                continue;
            }
            if in_cycle(first) {
                for &part in &parts[&first] {
                    self.graph.before(part, then);
                }
            } else if in_cycle(then) {
                for &part in &parts[&then] {
                    self.graph.before(first, part);
                }
            } else {
                self.graph.before(first, then);
            }
        }
        Ok(())
    }

    fn take(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::ProcessAll(dependency, deletes) => {
                let objects = self.objects(&dependency.parent, *deletes);
                let objects = dependency.concerned(&objects);
                self.process(dependency, *deletes, &objects)
            }
            Step::ProcessOne(dependency, deletes, instance) => {
                self.process(dependency, *deletes, std::slice::from_ref(instance))
            }
            Step::PostUpdateAll(mapper, deletes) => post_update::run(self, mapper, *deletes),
            Step::SaveAll(mapper) => {
                let objects = self.objects(mapper, false);
                save::run(self, mapper, &objects)
            }
            Step::DeleteAll(mapper) => {
                let objects = self.objects(mapper, true);
                delete::run(self, mapper, &objects)
            }
            Step::SaveOne(instance) => save::run(
                self,
                &instance.mapper.base(),
                std::slice::from_ref(instance),
            ),
            Step::DeleteOne(instance) => delete::run(
                self,
                &instance.mapper.base(),
                std::slice::from_ref(instance),
            ),
        }
    }

    fn process(
        &mut self,
        dependency: &Rc<Dependency>,
        deletes: bool,
        objects: &[Rc<Instance>],
    ) -> Result<()> {
        if deletes {
            dependency.process_deletes(self, objects)
        } else {
            dependency.process_saves(self, objects)
        }
    }

    /// Takes steps that may come in any order: those for single objects of one kind go together, as one statement.
    fn take_together(&mut self, places: Vec<usize>) -> Result<()> {
        let mut left: Vec<Step> = places
            .into_iter()
            .map(|place| self.graph.get(place).clone())
            .collect();
        while !left.is_empty() {
            let step = left.remove(0);
            match step {
                Step::ProcessOne(dependency, deletes, first) => {
                    let alike = take_where(&mut left, |other| match other {
                        Step::ProcessOne(other, other_deletes, instance)
                            if other.key() == dependency.key() && *other_deletes == deletes =>
                        {
                            Some(Rc::clone(instance))
                        }
                        _ => None,
                    });
                    let objects = [vec![first], alike].concat();
                    self.process(&dependency, deletes, &objects)?;
                }
                Step::SaveOne(first) => {
                    let alike = take_where(&mut left, |other| match other {
                        Step::SaveOne(instance) if instance.mapper.is_related_to(&first.mapper) => {
                            Some(Rc::clone(instance))
                        }
                        _ => None,
                    });
                    let mapper = first.mapper.base();
                    save::run(self, &mapper, &[vec![first], alike].concat())?;
                }
                Step::DeleteOne(first) => {
                    let alike = take_where(&mut left, |other| match other {
                        Step::DeleteOne(instance)
                            if instance.mapper.is_related_to(&first.mapper) =>
                        {
                            Some(Rc::clone(instance))
                        }
                        _ => None,
                    });
                    let mapper = first.mapper.base();
                    let mut objects = [vec![first], alike].concat();
                    objects.retain(|instance| self.is_deleted(instance));
                    delete::run(self, &mapper, &objects)?;
                }
                other => self.take(&other)?,
            }
        }
        Ok(())
    }
}

fn take_where(
    steps: &mut Vec<Step>,
    is_alike: impl Fn(&Step) -> Option<Rc<Instance>>,
) -> Vec<Rc<Instance>> {
    let mut taken = Vec::new();
    steps.retain(|step| match is_alike(step) {
        Some(instance) => {
            taken.push(instance);
            false
        }
        None => true,
    });
    taken
}
