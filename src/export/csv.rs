//! The statements as a table: RFC 4180, a header line, one line a statement.

use std::io;

use super::json::parameters_json;
use crate::trace::{StatementRef, Trace};

const HEADER: &str = "id,cell,line,kind,trigger,relationship,parent,owners,owner,start_ns,duration_ns,rows,bytes,\
                      vm_steps,full_scan_steps,sorts,auto_indexes,error,sql,parameters";

/// Writes the statements of a trace as a table; parameters are JSON.
///
/// # Errors
/// Those of `out`.
pub fn write(trace: &Trace, mut out: impl io::Write) -> io::Result<()> {
    write!(out, "{HEADER}\r\n")?;
    for statement in trace.statements() {
        let fields: Vec<String> = fields(statement)
            .iter()
            .map(|field| quoted(field))
            .collect();
        write!(out, "{}\r\n", fields.join(","))?;
    }
    Ok(())
}

fn fields(statement: StatementRef<'_>) -> [String; 20] {
    let counters = statement.counters();
    [
        statement.id().to_string(),
        statement.cell().to_string(),
        statement.line().to_string(),
        statement.kind().name().to_string(),
        statement.trigger().name().to_string(),
        statement
            .relationship()
            .map_or_else(String::new, |name| name.to_string()),
        statement
            .parent()
            .map_or_else(String::new, |parent| parent.to_string()),
        statement.owners().to_string(),
        statement
            .owner()
            .map_or_else(String::new, |owner| owner.to_string()),
        statement.start_ns().to_string(),
        statement.duration_ns().to_string(),
        statement.rows().to_string(),
        statement.bytes().to_string(),
        counters.vm_steps.to_string(),
        counters.full_scan_steps.to_string(),
        counters.sorts.to_string(),
        counters.auto_indexes.to_string(),
        statement.error().unwrap_or_default().to_string(),
        statement.sql().to_string(),
        parameters_json(statement.parameters()),
    ]
}

/// A field, in quotes where it needs them.
fn quoted(field: &str) -> String {
    match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, select};
    use crate::trace::{Sent, Statement, Value};

    #[test]
    fn a_line_a_statement() {
        let mut run = Run::new();
        let parent = run.query(4, "SELECT a, b FROM \"t\"");
        run.lazy(5, "Author.books", 1, parent);
        run.send(Statement {
            parameters: Sent::row(vec![Value::Text("x\"y".into()), Value::Null]),
            ..select("SELECT\n1", &[])
        });
        let mut out = Vec::new();
        write(&run.trace, &mut out).expect("a vector takes all");
        let text = String::from_utf8(out).expect("text");
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0], HEADER);
        assert_eq!(
            lines[1],
            "1,1,4,select,query,,,0,,10000,5000,10,0,0,0,0,0,,\"SELECT a, b FROM \"\"t\"\"\",[]"
        );
        assert!(
            lines[2].starts_with("2,1,5,select,lazy,Author.books,1,1,Author(1),20000,5000,5,0,")
        );
        assert!(
            lines[3].ends_with("\"SELECT\n1\",\"[\"\"x\\\"\"y\"\",null]\""),
            "{}",
            lines[3]
        );
        assert_eq!(HEADER.split(',').count(), 20);
    }
}
