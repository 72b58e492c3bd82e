//! SQLite's own trace, of every connection that this thread opens: what was really run, told by the one who ran it.

use std::cell::RefCell;
use std::ffi::{c_char, c_int};
use std::sync::Once;

use lazyscope::trace::Statement;
use rusqlite::auto_extension::{init_auto_extension, register_auto_extension};
use rusqlite::ffi;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The statement that has begun and not ended yet.
    static RUNNING: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From here on, each connection that is opened in this process has a witness.
pub fn install() {
    static ONCE: Once = Once::new();
    // SAFETY: `watch` opens no connection, closes none and registers no extension.
    ONCE.call_once(|| {
        unsafe { register_auto_extension(watch) }.expect("SQLite takes an extension")
    });
}

unsafe extern "C" fn watch(
    db: *mut ffi::sqlite3,
    message: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite calls this with a connection that it has just opened.
    unsafe {
        init_auto_extension(db, message, |mut connection| {
            let events = TraceEventCodes::SQLITE_TRACE_STMT | TraceEventCodes::SQLITE_TRACE_PROFILE;
            connection.trace_v2(events, Some(see))
        })
    }
}

fn see(event: TraceEvent<'_>) {
    match event {
        // A trigger's part of a statement is told as a comment, a foreign key's as the statement once more.
        TraceEvent::Stmt(statement, text) if !text.starts_with("--") => {
            let sql = statement.sql().into_owned();
            let before = RUNNING.replace(Some(sql.clone()));
            if before.as_ref() != Some(&sql) {
                SEEN.with_borrow_mut(|seen| seen.push(sql));
            }
        }
        TraceEvent::Profile(..) => RUNNING.set(None),
        _ => {}
    }
}

/// What SQLite has run on this thread since the last call. The plans that the driver asks for are no statements of the
/// program.
pub fn take() -> Vec<String> {
    let mut seen = SEEN.take();
    seen.retain(|sql| !sql.starts_with("EXPLAIN QUERY PLAN "));
    seen
}

/// Where SQLite's trace and ours part: ours has a statement once for each of its rows of parameters, and one that failed
/// for as many as SQLite came to. None when they are the same.
pub fn difference(seen: &[String], told: &[Statement]) -> Option<String> {
    let mut seen = seen.iter().peekable();
    for statement in told {
        for _ in statement.parameters.get().rows() {
            match seen.peek() {
                // SQLite keeps no space at the ends.
                Some(sql) if sql.trim() == statement.sql.trim() => {
                    seen.next();
                }
                _ if statement.error().is_some() => break,
                other => {
                    return Some(format!(
                        "the trace has {:?} where SQLite ran {other:?}",
                        statement.sql
                    ));
                }
            }
        }
    }
    let unseen = seen.next()?;
    Some(format!(
        "SQLite ran {unseen:?}, which the trace does not have"
    ))
}
