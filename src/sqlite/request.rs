use std::sync::Arc;

use crate::trace::{StatementKind, Trigger, Value};

/// Why a statement is sent, known by whoever sends it.
#[derive(Clone, Debug)]
pub struct Provenance {
    pub trigger: Trigger,
    pub relationship: Option<Arc<str>>,
    pub parent: Option<u64>,
    /// Number of parent objects that it serves.
    pub owners: u32,
    /// The one owner, when there is one.
    pub owner: Option<Arc<str>>,
    /// Relationships loaded by joining.
    pub joined: Vec<Arc<str>>,
    /// Two collections of one entity that it joins.
    pub siblings: Option<[Arc<str>; 2]>,
    /// Nothing connects some elements of its `FROM`.
    pub unjoined: bool,
    /// Number of the flush that sends it.
    pub flush: Option<u32>,
}

impl Provenance {
    /// A statement that no relationship asked for.
    pub fn of(trigger: Trigger) -> Self {
        Self {
            trigger,
            relationship: None,
            parent: None,
            owners: 0,
            owner: None,
            joined: Vec::new(),
            siblings: None,
            unjoined: false,
            flush: None,
        }
    }
}

/// A statement to send.
pub struct Request<'a> {
    pub sql: &'a str,
    /// One row of values; many make it an executemany.
    pub parameters: Vec<Vec<Value>>,
    pub executemany: bool,
    pub provenance: Provenance,
}

/// The statement without the comments and the white space before it.
fn without_comments(sql: &str) -> &str {
    let mut rest = sql.trim_start();
    loop {
        let after = match rest.get(..2) {
            Some("--") => rest.split_once('\n').map_or("", |(_, after)| after),
            Some("/*") => rest[2..].split_once("*/").map_or("", |(_, after)| after),
            _ => return rest,
        };
        rest = after.trim_start();
    }
}

fn first_word(sql: &str) -> String {
    sql.chars()
        .take_while(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Whether Python's `sqlite3` opens a transaction for it: by its first word alone, so not for `WITH … INSERT`.
pub fn opens_transaction(sql: &str) -> bool {
    matches!(
        first_word(without_comments(sql)).as_str(),
        "INSERT" | "UPDATE" | "DELETE" | "REPLACE"
    )
}

/// The kind of a statement, by its first words.
pub fn statement_kind(sql: &str) -> StatementKind {
    let mut sql = without_comments(sql);
    while let Some(inner) = sql.strip_prefix('(') {
        sql = without_comments(inner);
    }
    match first_word(sql).as_str() {
        "SELECT" | "VALUES" => StatementKind::Select,
        "WITH" => statement_kind_of_cte(sql),
        "INSERT" | "REPLACE" => StatementKind::Insert,
        "UPDATE" => StatementKind::Update,
        "DELETE" => StatementKind::Delete,
        "CREATE" | "DROP" | "ALTER" => StatementKind::Ddl,
        "PRAGMA" => StatementKind::Pragma,
        "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" => {
            StatementKind::Transaction
        }
        _ => StatementKind::Other,
    }
}

/// `WITH … INSERT` writes: the first verb outside of brackets decides.
fn statement_kind_of_cte(sql: &str) -> StatementKind {
    let mut depth = 0usize;
    for word in sql.split_inclusive(|c: char| c.is_whitespace() || c == '(' || c == ')') {
        let at_top = depth == 0;
        match word.chars().last() {
            Some('(') => depth += 1,
            Some(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if at_top {
            match word
                .trim_end_matches(|c: char| !c.is_ascii_alphabetic())
                .to_ascii_uppercase()
                .as_str()
            {
                "INSERT" => return StatementKind::Insert,
                "UPDATE" => return StatementKind::Update,
                "DELETE" => return StatementKind::Delete,
                "SELECT" => return StatementKind::Select,
                _ => {}
            }
        }
    }
    StatementKind::Select
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: StatementKind) {
        assert_eq!(statement_kind(sql), expected, "{sql}");
    }

    #[test]
    fn kinds() {
        check("SELECT 1", StatementKind::Select);
        check("  (select 1)", StatementKind::Select);
        check(
            "WITH a AS (SELECT 1) SELECT * FROM a",
            StatementKind::Select,
        );
        check(
            "WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a",
            StatementKind::Insert,
        );
        check("INSERT INTO a VALUES (1)", StatementKind::Insert);
        check("SAVEPOINT x", StatementKind::Transaction);
        check("CREATE TABLE a (b)", StatementKind::Ddl);
        check("PRAGMA main.table_info(\"a\")", StatementKind::Pragma);
        check("VACUUM", StatementKind::Other);
        check("-- a; b\n/* c */ SELECT 1", StatementKind::Select);
        check("/* c */ ( -- d\n select 1)", StatementKind::Select);
        check("/* never closed INSERT", StatementKind::Other);
        check("", StatementKind::Other);
    }

    #[test]
    fn a_transaction_is_opened_as_python_does() {
        for sql in [
            "/* note */ INSERT INTO a VALUES (1)",
            "replace into a values (1)",
        ] {
            assert!(opens_transaction(sql), "{sql}");
        }
        for sql in [
            "WITH x AS (SELECT 1) INSERT INTO a SELECT * FROM x",
            "SELECT 1",
            "(",
        ] {
            assert!(!opens_transaction(sql), "{sql}");
        }
    }
}
