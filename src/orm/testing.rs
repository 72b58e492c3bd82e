//! Models, a host and an observer for tests of the session layer without the interpreter.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::engine::Engine;
use super::error::{Error, Result, Unsent};
use super::host::{Host, Replaced, Rows, Wait};
use super::instance::{Instance, Slot};
use super::mapper::{ColumnAttribute, Mapper, Mapping};
use super::relationship::{self, Relationship, Resolved, Toggle};
use super::session::{Session, SessionOptions};
use super::sql::expr::BindValue;
use super::sql::schema::{Column, MetaData, Table};
use super::sql::{FromClause, SqlType};
use super::{HostObject, Value, attributes, entity};
use crate::sqlite::{Observer, Position, Stopped};
use crate::trace::{self, Event, Statement, StatementKind};

/// Remembers warnings; defaults of the program count up.
#[derive(Default)]
pub struct TestHost {
    pub warnings: RefCell<Vec<String>>,
}

impl Host for TestHost {
    fn warn(&self, message: &str) -> Result<()> {
        self.warnings.borrow_mut().push(message.to_owned());
        Ok(())
    }

    fn log(&self, _: &str) -> Result<()> {
        Ok(())
    }

    fn log_parameters(&self, _: &str, _: Rows) -> Result<()> {
        Ok(())
    }

    fn before_execute(
        &self,
        _: &Engine,
        _: u64,
        _: &str,
        _: &[Vec<trace::Value>],
        _: Rows,
    ) -> Result<Option<Replaced>> {
        Ok(None)
    }

    fn after_execute(
        &self,
        _: &Engine,
        _: u64,
        _: &str,
        _: &[Vec<trace::Value>],
        _: Rows,
        _: i64,
    ) -> Result<()> {
        Ok(())
    }

    fn transaction(&self, _: &Engine, _: &'static str, _: Option<&str>) -> Result<()> {
        Ok(())
    }

    fn refused(&self, _: &Engine, error: Error) -> Error {
        error
    }

    fn is_awaited(&self) -> bool {
        true
    }

    fn wait(&self, _: Wait) -> Result<()> {
        Ok(())
    }

    fn wait_later(&self, _: Wait) {}

    fn call_default(
        &self,
        function: &Rc<dyn HostObject>,
        _current: &[(Rc<str>, Value)],
    ) -> Result<Value> {
        let counter = function
            .as_any()
            .downcast_ref::<Counter>()
            .expect("the only function of these tests");
        counter.calls.set(counter.calls.get() + 1);
        Ok(Value::text(format!(
            "{}{}",
            counter.prefix,
            counter.calls.get()
        )))
    }

    fn next_version(&self, _: &Rc<dyn HostObject>, _: &Value, _: &SqlType) -> Result<Value> {
        unreachable!("nothing is versioned in these tests")
    }

    fn show_parameters(&self, parameters: &[Vec<trace::Value>], _: bool) -> String {
        format!("{parameters:?}")
    }

    fn show_unsent(&self, unsent: &Unsent) -> String {
        unsent.message.clone()
    }
}

/// A default that counts: `k1`, `k2`, …
#[derive(Debug)]
pub struct Counter {
    prefix: &'static str,
    calls: Cell<u32>,
}

impl Counter {
    pub fn shared(prefix: &'static str) -> Rc<dyn HostObject> {
        Rc::new(Self {
            prefix,
            calls: Cell::new(0),
        })
    }
}

impl HostObject for Counter {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn equals(&self, _: &dyn HostObject) -> bool {
        false
    }

    fn hash_code(&self) -> u64 {
        0
    }

    fn bind(&self, _: &SqlType) -> Result<trace::Value, super::BindError> {
        Ok(trace::Value::Null)
    }

    fn equals_stored(&self, _: &Value, _: &trace::Value, _: &SqlType) -> bool {
        false
    }

    fn elements(&self) -> Result<BindValue, super::BindError> {
        Ok(BindValue::List(Rc::from([])))
    }
}

/// Keeps every statement.
#[derive(Default)]
pub struct TestObserver {
    pub statements: RefCell<Vec<Statement>>,
    ids: Cell<u64>,
    stop: Arc<AtomicBool>,
}

impl Observer for TestObserver {
    fn position(&self) -> Position {
        Position::default()
    }

    fn now_ns(&self) -> u64 {
        0
    }

    fn event(&self, event: Event) -> Result<(), Stopped> {
        if let Event::Statement(statement) = event {
            self.statements.borrow_mut().push(*statement);
        }
        Ok(())
    }

    fn hold(&self, statement: Box<Statement>) -> Result<(), Stopped> {
        self.event(Event::Statement(statement))
    }

    fn release(&self, _: u64) -> Option<Box<Statement>> {
        None
    }

    fn next_statement_id(&self) -> u64 {
        self.ids.set(self.ids.get() + 1);
        self.ids.get()
    }

    fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }
}

/// An engine, a session on it, and the mappers of a test.
pub struct World {
    pub host: Rc<TestHost>,
    pub observer: Rc<TestObserver>,
    pub engine: Rc<Engine>,
    pub session: Rc<Session>,
    metadata: MetaData,
    mappers: RefCell<Vec<Rc<Mapper>>>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    pub fn new() -> Self {
        let host = Rc::new(TestHost::default());
        let observer = Rc::new(TestObserver::default());
        let engine = Engine::new(1, observer.clone(), host.clone()).expect("a database in memory");
        let session = Session::new(Rc::clone(&engine), SessionOptions::default(), 1);
        Self {
            host,
            observer,
            engine,
            session,
            metadata: MetaData::new(),
            mappers: RefCell::default(),
        }
    }

    pub fn table(&self, name: &str, columns: Vec<Column>) -> FromClause {
        Table::new(&self.metadata, name, columns, Vec::new()).expect("a new table")
    }

    /// A class mapped to a table of that name, an attribute for each column.
    pub fn class(&self, name: &str, table: &str, columns: Vec<Column>) -> Rc<Mapper> {
        let table = self.table(table, columns);
        let mapper = Mapper::new(Mapping {
            class_name: name,
            module: "__main__",
            table: Some(table.clone()),
            key: Vec::new(),
            confirms_deletes: true,
            inherits: None,
        })
        .expect("a table of its own");
        entity::register(&mapper);
        for expr in table.columns() {
            let key = expr.key().expect("columns have keys").to_string();
            mapper.add_column(
                &key,
                ColumnAttribute {
                    expr,
                    same: Vec::new(),
                    deferred: false,
                    group: None,
                    raiseload: false,
                    active_history: false,
                    from_query: false,
                    unset: None,
                },
            );
        }
        self.mappers.borrow_mut().push(Rc::clone(&mapper));
        mapper
    }

    /// A relationship of `parent` to `target`; `set` may change its options and what its names mean.
    pub fn relate(
        &self,
        parent: &Rc<Mapper>,
        key: &str,
        target: &Rc<Mapper>,
        set: impl FnOnce(&mut relationship::Options, &mut Resolved),
    ) -> Rc<Relationship> {
        let mut options = relationship::Options::default();
        let mut resolved = Resolved {
            target: target.entity(),
            secondary: None,
            primaryjoin: None,
            secondaryjoin: None,
            foreign_keys: Vec::new(),
            remote_side: Vec::new(),
            order_by: Vec::new(),
        };
        set(&mut options, &mut resolved);
        let relationship = Relationship::new(parent, key, options, Toggle::default());
        parent.add_relationship(Rc::clone(&relationship));
        relationship.configure(resolved).expect("a clear join");
        relationship
    }

    /// Two relationships that lead to one another.
    pub fn tie(&self, one: &Rc<Relationship>, other: &Rc<Relationship>) {
        one.add_reverse(other);
    }

    pub fn create_all(&self) {
        for (_, sql) in self.metadata.create_all().expect("a sound schema") {
            self.sql(&sql);
        }
        self.observer.statements.borrow_mut().clear();
    }

    pub fn sql(&self, sql: &str) {
        let provenance = crate::sqlite::Provenance::of(trace::Trigger::Query);
        let done = self.engine.send(sql, vec![Vec::new()], false, provenance);
        let done = done.expect("sound SQL");
        self.engine.record(done.statement).expect("nobody stops it");
    }

    /// A new object with these column values.
    pub fn make(&self, mapper: &Rc<Mapper>, values: &[(&str, Value)]) -> Rc<Instance> {
        let instance = Instance::new(mapper);
        for (key, value) in values {
            attributes::set_value(&instance, place(&instance, key), value.clone())
                .expect("nothing to load");
        }
        instance
    }

    /// The statements since the last call, as `record.py` prints them: the text, then the values.
    pub fn sent(&self) -> Vec<String> {
        let statements = std::mem::take(&mut *self.observer.statements.borrow_mut());
        statements
            .iter()
            .filter(|statement| {
                statement.kind != StatementKind::Transaction || statement.sql.contains("SAVEPOINT")
            })
            .map(|statement| {
                let parameters = statement.parameters.get();
                let rows: Vec<String> = parameters.rows().map(shown).collect();
                let rows = if parameters.is_many() {
                    format!("[{}]", rows.join(", "))
                } else {
                    rows.concat()
                };
                format!("{} {rows}", statement.sql.replace('\n', ""))
            })
            .collect()
    }

    pub fn warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.host.warnings.borrow_mut())
    }

    /// Holds the statements since the last call against those that SQLAlchemy sends.
    #[track_caller]
    pub fn check(&self, expected: &[&str]) {
        assert_eq!(self.sent(), expected);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.session.close();
    }
}

fn shown(row: &[trace::Value]) -> String {
    let values: Vec<String> = row
        .iter()
        .map(|value| match value {
            trace::Value::Null => "None".into(),
            trace::Value::Integer(number) => number.to_string(),
            trace::Value::Real(number) => format!("{number:?}"),
            trace::Value::Text(text) => format!("'{text}'"),
            trace::Value::Blob(_) => "b''".into(),
        })
        .collect();
    format!("[{}]", values.join(", "))
}

/// Index of an attribute.
#[track_caller]
pub fn place(instance: &Instance, key: &str) -> usize {
    instance
        .mapper
        .attribute_by_key(key)
        .expect("an attribute of that name")
        .index
}

/// Short words for the changes that a test makes.
pub trait Change {
    fn set(&self, key: &str, value: impl Into<Value>) -> Result<()>;
    fn relate(&self, key: &str, other: Option<&Rc<Instance>>) -> Result<()>;
    fn append(&self, key: &str, other: &Rc<Instance>) -> Result<()>;
    fn remove(&self, key: &str, other: &Rc<Instance>) -> Result<()>;
    fn replace(&self, key: &str, others: &[&Rc<Instance>]) -> Result<()>;
    fn one(&self, key: &str) -> Result<Option<Rc<Instance>>>;
    fn many(&self, key: &str) -> Result<Vec<Rc<Instance>>>;
    fn get(&self, key: &str) -> Result<Value>;
}

impl Change for Rc<Instance> {
    fn set(&self, key: &str, value: impl Into<Value>) -> Result<()> {
        attributes::set_value(self, place(self, key), value.into())
    }

    fn relate(&self, key: &str, other: Option<&Rc<Instance>>) -> Result<()> {
        attributes::set_related(self, place(self, key), other.cloned())
    }

    fn append(&self, key: &str, other: &Rc<Instance>) -> Result<()> {
        attributes::handle(self, place(self, key))?.append(&Some(Rc::clone(other)))
    }

    fn remove(&self, key: &str, other: &Rc<Instance>) -> Result<()> {
        attributes::handle(self, place(self, key))?.remove(&Some(Rc::clone(other)))
    }

    fn replace(&self, key: &str, others: &[&Rc<Instance>]) -> Result<()> {
        let others = others.iter().map(|other| Some(Rc::clone(other))).collect();
        attributes::set_collection(self, place(self, key), others)
    }

    fn one(&self, key: &str) -> Result<Option<Rc<Instance>>> {
        match attributes::read(self, place(self, key))? {
            Slot::One(one) => Ok(one),
            other => panic!("{key} is {other:?}"),
        }
    }

    fn many(&self, key: &str) -> Result<Vec<Rc<Instance>>> {
        match attributes::read(self, place(self, key))? {
            Slot::Many(many) => Ok(many.items.borrow().iter().flatten().cloned().collect()),
            other => panic!("{key} is {other:?}"),
        }
    }

    fn get(&self, key: &str) -> Result<Value> {
        match attributes::read(self, place(self, key))? {
            Slot::Value(value) => Ok(value),
            other => panic!("{key} is {other:?}"),
        }
    }
}

/// A column that holds integers.
pub fn integer(name: &str) -> Column {
    Column::new(name, SqlType::Integer)
}

/// A column that holds strings.
pub fn string(name: &str) -> Column {
    Column::new(name, SqlType::String(None))
}

/// Authors with books and tags, as the recorded programs have them.
pub struct Library {
    pub world: World,
    pub author: Rc<Mapper>,
    pub book: Rc<Mapper>,
    pub tag: Rc<Mapper>,
}

impl Library {
    /// `set` may change the options of `Author.books`.
    pub fn new(set: impl FnOnce(&mut relationship::Options)) -> Self {
        let world = World::new();
        let link = world.table(
            "author_tag",
            vec![
                integer("author_id").references("authors.id").primary_key(),
                integer("tag_id").references("tags.id").primary_key(),
            ],
        );
        let author = world.class(
            "Author",
            "authors",
            vec![
                integer("id").primary_key(),
                string("name").not_null(),
                string("bio"),
            ],
        );
        let book = world.class(
            "Book",
            "books",
            vec![
                integer("id").primary_key(),
                string("title").not_null(),
                integer("author_id").references("authors.id"),
            ],
        );
        let tag = world.class(
            "Tag",
            "tags",
            vec![integer("id").primary_key(), string("name").not_null()],
        );
        let books = world.relate(&author, "books", &book, |options, _| {
            options.back_populates = Some(Rc::from("author"));
            set(options);
        });
        let tags = world.relate(&author, "tags", &tag, |options, resolved| {
            options.back_populates = Some(Rc::from("authors"));
            resolved.secondary = Some(link.clone());
        });
        let of_book = world.relate(&book, "author", &author, |options, _| {
            options.back_populates = Some(Rc::from("books"));
        });
        let of_tag = world.relate(&tag, "authors", &author, |options, resolved| {
            options.back_populates = Some(Rc::from("tags"));
            resolved.secondary = Some(link.clone());
        });
        world.tie(&books, &of_book);
        world.tie(&tags, &of_tag);
        world.create_all();
        Self {
            world,
            author,
            book,
            tag,
        }
    }

    pub fn author(&self, name: &str) -> Rc<Instance> {
        self.world.make(&self.author, &[("name", name.into())])
    }

    pub fn book(&self, title: &str) -> Rc<Instance> {
        self.world.make(&self.book, &[("title", title.into())])
    }

    pub fn tag(&self, name: &str) -> Rc<Instance> {
        self.world.make(&self.tag, &[("name", name.into())])
    }

    pub fn session(&self) -> &Rc<Session> {
        &self.world.session
    }
}
