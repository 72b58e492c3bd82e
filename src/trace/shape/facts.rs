/// What the tokens of a text say about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Tables that it reads, by name in lower case, each once.
    pub reads: Vec<String>,
    /// Table that it writes.
    pub writes: Option<String>,
    /// It may change anything: DDL, or what could not be understood.
    pub changes_all: bool,
    /// From it on, a write to one table may change what is read from another: it makes a view or a trigger, or turns
    /// foreign keys on.
    pub links: bool,
    /// It ends a transaction.
    pub transaction: Option<Transaction>,
    /// Its answer changes by itself: a clock or chance is asked.
    pub is_volatile: bool,
    /// Its parameters and literals, in the order of the text.
    pub slots: Vec<Slot>,
    /// Columns that it compares with each other, pair by pair.
    pub joins: Vec<[Key; 2]>,
    /// Tables that it combines each row with each, because nothing says how they belong together.
    pub unconnected: Vec<String>,
    /// One of several conditions is enough for a row to be found.
    pub either: bool,
    /// It asks for several columns.
    pub many_columns: bool,
    /// Columns that are to be NULL.
    pub nulls: Vec<Key>,
    /// A row of its answer is made of many: who counts or sums needs all that the condition lets through.
    pub aggregates: bool,
    /// What tables are called in it, where that is not their name: alias and table.
    pub aliases: Vec<(String, String)>,
    /// The column that its rows are sorted by, when a `LIMIT` takes the first of them.
    pub first_by: Option<Key>,
    /// Slot of the outermost `LIMIT`, when the rows that it counts are those of a join.
    pub limit_of_join: Option<u32>,
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    Commit,
    /// The whole, or back to a savepoint.
    Rollback,
}

/// A parameter or literal in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub role: Role,
    /// The literal as written; none for a parameter.
    pub literal: Option<String>,
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// A column that is to equal it, or to be in a list that holds it.
    Key(Key),
    /// A column that is to be above or below it.
    Range(Key),
    /// Part of `LIMIT` or `OFFSET`.
    Page,
    /// Anything else.
    Other,
}

/// A column that a value is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its table, where the text tells.
    pub table: Option<String>,
    pub column: String,
    /// How many values it is compared with: more than one in an `IN` list.
    pub of: u32,
    /// The function that it is put through before it is compared.
    pub function: Option<String>,
}
