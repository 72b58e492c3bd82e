use crate::trace::{LaneKey, StatementRef};

/// A statement in a word or two: the relationship that it loaded, or its verb and table.
pub(super) fn statement(statement: StatementRef<'_>) -> String {
    if let Some(relationship) = statement.relationship() {
        return relationship.to_string();
    }
    let verb = statement.kind().name().to_uppercase();
    let facts = statement.tables();
    match facts.first() {
        Some(table) => format!("{verb} {table}"),
        None => {
            let text = statement.sql();
            let word = text.split_whitespace().next().unwrap_or(&verb);
            word.to_uppercase()
        }
    }
}

/// A lane for a reader.
pub(super) fn lane(key: &LaneKey) -> &str {
    match key {
        LaneKey::Queries => "queries",
        LaneKey::Relationship(relationship) => relationship,
        LaneKey::Writes => "writes and DDL",
    }
}

/// The title of a cell, or its number.
pub(super) fn cell(trace: &crate::trace::Trace, id: u32) -> String {
    let cells = trace.cells().iter();
    match cells.clone().find(|cell| cell.id == id) {
        Some(cell) if !cell.title.is_empty() => cell.title.clone(),
        _ => format!("cell {id}"),
    }
}
