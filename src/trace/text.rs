use std::sync::Arc;

use super::PlanNode;
use super::hash::FastMap;
use super::shape::{self, Facts};

/// The distinct texts of SQL of a run, each with its shape, what its tokens say, and SQLite's plan for it.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    texts: Vec<Text>,
    shapes: Vec<Arc<str>>,
    by_text: FastMap<Arc<str>, u32>,
    /// Addresses of the texts held in `texts`: held, so that no other text can come to live there.
    by_address: FastMap<usize, u32>,
    by_shape: FastMap<Arc<str>, u32>,
    /// The text that came last, which is likely the next one too: its address and its number.
    latest: Option<(usize, u32)>,
}

/// One distinct text of SQL.
#[derive(Debug)]
pub(crate) struct Text {
    pub sql: Arc<str>,
    /// Number of its shape.
    pub shape: u32,
    pub facts: Facts,
    pub plan: Option<Vec<PlanNode>>,
    /// The burst that it was last put into: most texts have one cause.
    pub last: Option<u32>,
}

impl Texts {
    /// The number of a text; tokens are looked at the first time it comes.
    #[inline]
    pub fn intern(&mut self, sql: &Arc<str>) -> u32 {
        // The driver sends the same allocation again and again; a comparison by content is for foreign traces.
        let address = Arc::as_ptr(sql).cast::<u8>() as usize;
        match self.latest {
            Some((latest, text)) if latest == address => text,
            _ => self.find(sql, address),
        }
    }

    fn find(&mut self, sql: &Arc<str>, address: usize) -> u32 {
        if let Some(&text) = self.by_address.get(&address) {
            self.latest = Some((address, text));
            return text;
        }
        if let Some(&text) = self.by_text.get(sql) {
            return text;
        }
        let shape::Shape { text: shape, facts } = shape::of(sql);
        let shape = self.intern_shape(shape);
        let number = self.texts.len() as u32;
        self.texts.push(Text {
            sql: Arc::clone(sql),
            shape,
            facts,
            plan: None,
            last: None,
        });
        self.by_address.insert(address, number);
        self.by_text.insert(Arc::clone(sql), number);
        number
    }

    fn intern_shape(&mut self, shape: String) -> u32 {
        if let Some(&number) = self.by_shape.get(shape.as_str()) {
            return number;
        }
        let number = self.shapes.len() as u32;
        let shape: Arc<str> = shape.into();
        self.shapes.push(Arc::clone(&shape));
        self.by_shape.insert(shape, number);
        number
    }

    pub fn get(&self, text: u32) -> &Text {
        &self.texts[text as usize]
    }

    /// Remembers the burst that a text was put into.
    pub fn set_last(&mut self, text: u32, burst: u32) {
        self.texts[text as usize].last = Some(burst);
    }

    pub fn shape(&self, shape: u32) -> &Arc<str> {
        &self.shapes[shape as usize]
    }

    pub fn set_plan(&mut self, sql: &Arc<str>, plan: Vec<PlanNode>) {
        let text = self.intern(sql);
        self.texts[text as usize].plan = Some(plan);
    }

    pub fn plan(&self, sql: &str) -> Option<&[PlanNode]> {
        let text = *self.by_text.get(sql)?;
        self.get(text).plan.as_deref()
    }

    /// The texts in the order in which they first came.
    pub fn iter(&self) -> impl Iterator<Item = &Text> {
        self.texts.iter()
    }
}

/// Names that come again and again, such as those of relationships.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: Vec<Arc<str>>,
    by_name: FastMap<Arc<str>, u32>,
    by_address: FastMap<usize, u32>,
}

impl Names {
    pub fn intern(&mut self, name: &Arc<str>) -> u32 {
        let address = Arc::as_ptr(name).cast::<u8>() as usize;
        if let Some(&number) = self.by_address.get(&address) {
            return number;
        }
        if let Some(&number) = self.by_name.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(Arc::clone(name));
        self.by_address.insert(address, number);
        self.by_name.insert(Arc::clone(name), number);
        number
    }

    pub fn get(&self, number: u32) -> &Arc<str> {
        &self.names[number as usize]
    }

    pub fn find(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_for_a_text_wherever_it_lies() {
        let mut texts = Texts::default();
        let first: Arc<str> = "SELECT 1".into();
        let again: Arc<str> = "SELECT 1".into();
        let other: Arc<str> = "SELECT 1, 2".into();
        assert_eq!(texts.intern(&first), 0);
        assert_eq!(texts.intern(&first), 0);
        assert_eq!(texts.intern(&again), 0);
        assert_eq!(texts.intern(&other), 1);
        assert!(texts.plan("SELECT 1").is_none());
        texts.set_plan(&again, Vec::new());
        assert!(texts.plan("SELECT 1").is_some());
    }

    #[test]
    fn a_freed_address_is_not_mistaken() {
        let mut names = Names::default();
        for round in 0..100 {
            // The second of each pair is freed at once, and its place is likely taken by the next name.
            let name: Arc<str> = format!("Author.books{round}").into();
            assert_eq!(names.intern(&name), round);
            let copy: Arc<str> = name.to_string().into();
            assert_eq!(names.intern(&copy), round);
        }
    }
}
