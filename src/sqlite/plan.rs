use crate::trace::PlanNode;

/// SQLite's plan for a statement; empty where it has none to tell (DDL, transaction markers).
pub(super) fn explain(
    connection: &rusqlite::Connection,
    sql: &str,
) -> rusqlite::Result<Vec<PlanNode>> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let mut rows = statement.raw_query();
    let mut nodes = Vec::new();
    while let Some(row) = rows.next()? {
        nodes.push(PlanNode {
            id: row.get(0)?,
            parent: row.get(1)?,
            detail: row.get(3)?,
        });
    }
    Ok(nodes)
}
