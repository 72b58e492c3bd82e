//! INSERT, UPDATE, DELETE.

use std::rc::Rc;

use lazyscope::orm::Value;
use lazyscope::orm::sql::compile::ManyExecution;
use lazyscope::orm::sql::dml::{Insert, OnConflict};
use lazyscope::orm::sql::expr::{BindValue, Op, column};
use lazyscope::orm::sql::schema::{Column, Default_, MetaData, Table};
use lazyscope::orm::sql::types::SqlType;
use lazyscope::orm::sql::{CompileOptions, Delete, FromClause, Update, compile};

use crate::fixture::{c, check, eq, f, fixture, gt, op, select, shown};

#[test]
fn writes() {
    let x = fixture();
    let key = |name: &str| Rc::<str>::from(name);
    check(
        Delete::new(&x.users)
            .where_(eq(&x.u("id"), 1))
            .into_statement(),
        "DELETE FROM users WHERE users.id = ?",
        "1",
    );
    let mut update = Update::new(&x.users).where_(eq(&x.u("id"), 1));
    update.values = vec![
        (key("name"), "x".into()),
        (key("age"), op(&x.u("age"), Op::Add, 1).into()),
    ];
    check(
        update.into_statement(),
        "UPDATE users SET name=?, age=(users.age + ?) WHERE users.id = ?",
        "'x', 1, 1",
    );
    let mut update = Update::new(&x.users);
    let title = select([x.b("title")]).where_(eq(&x.b("author_id"), x.u("id")));
    update.values = vec![(key("name"), title.into_query().scalar_subquery().into())];
    check(
        update.into_statement(),
        "UPDATE users SET name=(SELECT books.title \nFROM books \nWHERE books.author_id = users.id)",
        "",
    );
    let mut update = Update::new(&x.users).where_(eq(&x.b("author_id"), x.u("id")));
    update.values = vec![(key("name"), x.b("title").into())];
    check(
        update.into_statement(),
        "UPDATE users SET name=books.title FROM books WHERE books.author_id = users.id",
        "",
    );
    let named = || {
        let mut insert = Insert::new(&x.users);
        insert.values = vec![(key("name"), "x".into())];
        insert
    };
    check(
        named().into_statement(),
        "INSERT INTO users (name) VALUES (?)",
        "'x'",
    );
    let mut insert = named();
    insert.returning = vec![x.u("id"), x.u("name"), x.u("id")];
    check(
        insert.into_statement(),
        "INSERT INTO users (name) VALUES (?) RETURNING id, name, id AS id__1",
        "'x'",
    );
    let mut insert = Insert::new(&x.users);
    insert.multi_values = vec![
        vec![(key("name"), "x".into()), (key("age"), 1.into())],
        vec![(key("name"), "y".into()), (key("age"), 2.into())],
    ];
    check(
        insert.into_statement(),
        "INSERT INTO users (name, age) VALUES (?, ?), (?, ?)",
        "'x', 1, 'y', 2",
    );
    let mut insert = Insert::new(&x.users);
    let from = select([x.b("title")]).where_(eq(&x.b("id"), 1));
    insert.select = Some((vec![key("name")], from.into_query()));
    check(
        insert.into_statement(),
        "INSERT INTO users (name) SELECT books.title \nFROM books \nWHERE books.id = ?",
        "1",
    );
    let mut insert = named();
    insert.values.insert(0, (key("id"), 1.into()));
    let excluded = x.users.alias(Some("excluded"));
    let plain = insert.clone();
    insert.on_conflict = Some(OnConflict {
        elements: vec![column("id")],
        index_where: None,
        update: Some(vec![
            (key("name"), "y".into()),
            (key("age"), op(&x.u("age"), Op::Add, 1).into()),
        ]),
        where_: Some(gt(&x.u("age"), 1)),
    });
    check(
        insert.into_statement(),
        "INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = ?, age = (users.age + ?) \
         WHERE users.age > ?",
        "1, 'x', 'y', 1, 1",
    );
    let mut insert = plain;
    insert.on_conflict = Some(OnConflict {
        elements: vec![x.u("id")],
        index_where: None,
        update: Some(vec![(key("name"), c(&excluded, "name").into())]),
        where_: None,
    });
    check(
        insert.into_statement(),
        "INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        "1, 'x'",
    );
}

/// Tables `a` (a key that SQLite makes) and `b` (a key that the program supplies), with defaults.
fn with_defaults() -> (MetaData, FromClause, FromClause) {
    let metadata = MetaData::new();
    let mut x = Column::new("x", SqlType::Integer).not_null();
    x.default = Some(Default_::Scalar(Value::Integer(5)));
    let a = Table::new(
        &metadata,
        "a",
        vec![
            Column::new("id", SqlType::Integer).primary_key(),
            Column::new("name", SqlType::String(None)).not_null(),
            x,
        ],
        vec![],
    )
    .unwrap();
    let mut v = Column::new("v", SqlType::String(None));
    v.default = Some(Default_::Sql(f("lower", vec!["A".into()])));
    let b = Table::new(
        &metadata,
        "b",
        vec![Column::new("id", SqlType::String(None)).primary_key(), v],
        vec![],
    )
    .unwrap();
    (metadata, a, b)
}

#[test]
fn defaults() {
    let (_metadata, a, b) = with_defaults();
    let mut insert = Insert::new(&a);
    insert.values = vec![(Rc::from("name"), "v".into())];
    check(
        insert.into_statement(),
        "INSERT INTO a (name, x) VALUES (?, ?)",
        "'v', 5",
    );
    let mut insert = Insert::new(&a);
    insert.multi_values = vec![
        vec![(Rc::from("name"), "v".into())],
        vec![(Rc::from("name"), "w".into())],
    ];
    check(
        insert.into_statement(),
        "INSERT INTO a (name, x) VALUES (?, ?), (?, ?)",
        "'v', 5, 'w', 5",
    );
    let mut insert = Insert::new(&b);
    insert.values = vec![(Rc::from("id"), "zz".into())];
    check(
        insert.into_statement(),
        "INSERT INTO b (id, v) VALUES (?, lower(?))",
        "'zz', 'A'",
    );
    let mut insert = Insert::new(&b);
    let from = select([c(&a, "name")]).where_(eq(&c(&a, "id"), 1));
    insert.select = Some((vec![Rc::from("id")], from.into_query()));
    check(
        insert.into_statement(),
        "INSERT INTO b (id, v) SELECT a.name, lower(?) AS lower_1 \nFROM a \nWHERE a.id = ?",
        "'A', 1",
    );
}

/// What two rows are sent as: each statement with its values.
fn sent_for_two(insert: Insert, key: &str) -> Vec<String> {
    let options = CompileOptions {
        column_keys: Some(vec![Rc::from(key)]),
        for_executemany: true,
        ..CompileOptions::default()
    };
    let compiled = compile(&insert.into_statement(), &options).unwrap();
    let give = |value: &'static str| {
        move |bind: &lazyscope::orm::sql::compile::CompiledBind| {
            (&*bind.name == "name" || &*bind.name == "id").then(|| BindValue::Value(value.into()))
        }
    };
    let (first, second) = (give("p"), give("q"));
    let values = |parameters: &[lazyscope::trace::Value]| {
        let values: Vec<String> = parameters.iter().map(shown).collect();
        values.join(", ")
    };
    match compiled.execute_many(&[&first, &second]).unwrap() {
        ManyExecution::Rows { sql, parameters } => {
            let rows: Vec<String> = parameters.iter().map(|row| values(row)).collect();
            vec![format!("{sql} | {}", rows.join(" / "))]
        }
        ManyExecution::Batches(batches, _) => batches
            .iter()
            .map(|(execution, rows)| {
                format!(
                    "{} | {} | {rows}",
                    execution.sql,
                    values(&execution.parameters)
                )
            })
            .collect(),
    }
}

#[test]
fn many_rows() {
    let (_metadata, a, b) = with_defaults();
    assert_eq!(
        sent_for_two(Insert::new(&a), "name"),
        ["INSERT INTO a (name, x) VALUES (?, ?) | 'p', 5 / 'q', 5"]
    );
    let mut insert = Insert::new(&a);
    insert.returning = vec![c(&a, "id"), c(&a, "name")];
    assert_eq!(
        sent_for_two(insert.clone(), "name"),
        ["INSERT INTO a (name, x) VALUES (?, ?), (?, ?) RETURNING id, name | 'p', 5, 'q', 5 | 2"]
    );
    // SQLite makes the key, so only rows sent one by one come back in order.
    insert.sort_by_parameter_order = true;
    assert_eq!(
        sent_for_two(insert, "name"),
        [
            "INSERT INTO a (name, x) VALUES (?, ?) RETURNING id, name | 'p', 5 | 1",
            "INSERT INTO a (name, x) VALUES (?, ?) RETURNING id, name | 'q', 5 | 1",
        ]
    );
    // The program supplies the key, by which the returned rows are told apart.
    let mut insert = Insert::new(&b);
    insert.returning = vec![c(&b, "v")];
    insert.sort_by_parameter_order = true;
    assert_eq!(
        sent_for_two(insert, "id"),
        [
            "INSERT INTO b (id, v) VALUES (?, lower(?)), (?, lower(?)) RETURNING v, id | 'p', 'A', 'q', 'A' | 2"
        ]
    );
}

#[test]
fn values_for_unknown_columns_are_refused() {
    let x = fixture();
    let mut insert = Insert::new(&x.users);
    insert.values = vec![(Rc::from("nam"), "x".into()), (Rc::from("ag"), 1.into())];
    let error = compile(&insert.into_statement(), &CompileOptions::default()).unwrap_err();
    assert_eq!(error.message, "Unconsumed column names: ag, nam");
}

#[test]
fn a_value_that_is_required_must_be_given() {
    let x = fixture();
    let options = CompileOptions {
        column_keys: Some(vec![Rc::from("name")]),
        ..CompileOptions::default()
    };
    let compiled = compile(&Insert::new(&x.users).into_statement(), &options).unwrap();
    let error = compiled.execute(&|_| None).unwrap_err();
    assert_eq!(
        error.message,
        "A value is required for bind parameter 'name'"
    );
}
