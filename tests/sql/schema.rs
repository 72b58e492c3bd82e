//! DDL, the order of tables, and joins that foreign keys make.

use std::rc::Rc;

use lazyscope::orm::sql::expr::{TextClause, column, false_, func};
use lazyscope::orm::sql::schema::{
    Column, Constraint, ConstraintKind, ForeignKey, Index, MetaData, ServerDefault, Table,
    create_table, sort_tables,
};
use lazyscope::orm::sql::types::{EnumType, SqlType};
use lazyscope::orm::sql::{ErrorKind, FromClause};

fn text(sql: &str) -> lazyscope::orm::sql::Expr {
    TextClause::new(sql).into_expr()
}

fn with_default(mut column: Column, default: ServerDefault) -> Column {
    column.server_default = Some(default);
    column
}

fn unique(mut column: Column) -> Column {
    column.unique = true;
    column
}

fn indexed(mut column: Column) -> Column {
    column.index = true;
    column
}

#[track_caller]
fn check_all(metadata: &MetaData, expected: &[&str]) {
    let statements: Vec<String> = metadata
        .create_all()
        .unwrap()
        .into_iter()
        .map(|(_, sql)| sql)
        .collect();
    assert_eq!(statements, expected);
}

#[test]
fn types_defaults_and_constraints() {
    let metadata = MetaData::new();
    let numeric = SqlType::Numeric {
        precision: Some(10),
        scale: Some(2),
        asdecimal: true,
    };
    let enumeration = SqlType::Enum(Rc::new(EnumType {
        names: vec![Rc::from("x"), Rc::from("yyy")],
        name: Some(Rc::from("ee")),
        create_constraint: false,
        length: None,
        validates: false,
        members: None,
    }));
    let now = func(&["now"], [], None).unwrap();
    let a = Table::new(
        &metadata,
        "a",
        vec![
            Column::new("id", SqlType::Integer).primary_key(),
            unique(Column::new("name", SqlType::String(Some(30))).not_null()),
            Column::new("bio", SqlType::Text(None)),
            with_default(
                Column::new("n", numeric),
                ServerDefault::Text(Rc::from("5")),
            ),
            with_default(
                Column::new("created", SqlType::DATETIME),
                ServerDefault::Sql(now),
            ),
            with_default(
                Column::new("t", SqlType::String(None)),
                ServerDefault::Sql(text("'x'")),
            ),
            Column::new("e", enumeration),
            Column::new("f", SqlType::FLOAT),
            Column::new("d", SqlType::Date),
            Column::new("ti", SqlType::TIME),
            Column::new(
                "j",
                SqlType::Json {
                    none_as_null: false,
                },
            ),
            Column::new("u", SqlType::Uuid { as_uuid: true }),
            Column::new("iv", SqlType::Interval),
            Column::new("bl", SqlType::LargeBinary),
            with_default(
                Column::new("b", SqlType::Boolean),
                ServerDefault::Sql(false_()),
            ),
            indexed(Column::new("big", SqlType::BigInteger)),
            indexed(unique(Column::new("s", SqlType::SmallInteger))),
            with_default(
                Column::new("calc", SqlType::Integer),
                ServerDefault::Computed {
                    sql: text("n + 1"),
                    persisted: None,
                },
            ),
        ],
        vec![
            Constraint::named("ck1", ConstraintKind::Check(text("n > 0"))),
            Constraint::named(
                "uq_x",
                ConstraintKind::Unique(vec![Rc::from("name"), Rc::from("bio")]),
            ),
        ],
    )
    .unwrap();
    let mut cascading = ForeignKey::new("a.id");
    cascading.ondelete = Some(Rc::from("CASCADE"));
    let mut a_id = Column::new("a_id", SqlType::Integer).primary_key();
    a_id.foreign_keys.push(cascading);
    let mut to_big = ForeignKey::new("a.big");
    to_big.onupdate = Some(Rc::from("SET NULL"));
    let b = Table::new(
        &metadata,
        "b",
        vec![
            a_id,
            Column::new("x", SqlType::Integer).primary_key(),
            Column::new("Order", SqlType::Integer),
        ],
        vec![Constraint::named(
            "fkx",
            ConstraintKind::ForeignKey(vec![(Rc::from("x"), to_big)]),
        )],
    )
    .unwrap();
    b.as_table().unwrap().append_index(Index {
        name: Some(Rc::from("ix_b")),
        expressions: vec![column("x"), column("Order")],
        unique: false,
        where_: None,
    });
    assert_eq!(a.name().unwrap().as_str(), "a");
    check_all(
        &metadata,
        &[
            "\nCREATE TABLE a (\n\tid INTEGER NOT NULL, \n\tname VARCHAR(30) NOT NULL, \n\tbio TEXT, \n\tn \
             NUMERIC(10, 2) DEFAULT '5', \n\tcreated DATETIME DEFAULT CURRENT_TIMESTAMP, \n\tt VARCHAR DEFAULT 'x', \
             \n\te VARCHAR(3), \n\tf FLOAT, \n\td DATE, \n\tti TIME, \n\tj JSON, \n\tu CHAR(32), \n\tiv DATETIME, \
             \n\tbl BLOB, \n\tb BOOLEAN DEFAULT 0, \n\tbig BIGINT, \n\ts SMALLINT, \n\tcalc INTEGER GENERATED ALWAYS AS \
             (n + 1), \n\tPRIMARY KEY (id), \n\tCONSTRAINT ck1 CHECK (n > 0), \n\tCONSTRAINT uq_x UNIQUE (name, bio), \
             \n\tUNIQUE (name)\n)\n\n",
            "CREATE INDEX ix_a_big ON a (big)",
            "CREATE UNIQUE INDEX ix_a_s ON a (s)",
            "\nCREATE TABLE b (\n\ta_id INTEGER NOT NULL, \n\tx INTEGER NOT NULL, \n\t\"Order\" INTEGER, \n\tPRIMARY KEY \
             (a_id, x), \n\tCONSTRAINT fkx FOREIGN KEY(x) REFERENCES a (big) ON UPDATE SET NULL, \n\tFOREIGN KEY(a_id) \
             REFERENCES a (id) ON DELETE CASCADE\n)\n\n",
            "CREATE INDEX ix_b ON b (x, \"Order\")",
        ],
    );
}

#[test]
fn naming_convention() {
    let pair = |kind: &str, template: &str| (Rc::from(kind), Rc::from(template));
    let metadata = MetaData::with_naming_convention(vec![
        pair("ix", "ix_%(column_0_label)s"),
        pair("uq", "uq_%(table_name)s_%(column_0_name)s"),
        pair("ck", "ck_%(table_name)s_%(constraint_name)s"),
        pair(
            "fk",
            "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        ),
        pair("pk", "pk_%(table_name)s"),
    ]);
    Table::new(
        &metadata,
        "c",
        vec![
            Column::new("id", SqlType::Integer).primary_key(),
            unique(Column::new("v", SqlType::Integer)),
            indexed(Column::new("w", SqlType::Integer)),
            Column::new("p", SqlType::Integer).references("c.id"),
        ],
        vec![Constraint::named(
            "pos",
            ConstraintKind::Check(text("v > 0")),
        )],
    )
    .unwrap();
    check_all(
        &metadata,
        &[
            "\nCREATE TABLE c (\n\tid INTEGER NOT NULL, \n\tv INTEGER, \n\tw INTEGER, \n\tp INTEGER, \n\tCONSTRAINT pk_c \
             PRIMARY KEY (id), \n\tCONSTRAINT ck_c_pos CHECK (v > 0), \n\tCONSTRAINT uq_c_v UNIQUE (v), \n\tCONSTRAINT \
             fk_c_p_c FOREIGN KEY(p) REFERENCES c (id)\n)\n\n",
            "CREATE INDEX ix_c_w ON c (w)",
        ],
    );
}

/// A table with a key and a foreign key to each of the others.
fn table(metadata: &MetaData, name: &str, to: &[&str]) -> FromClause {
    let mut columns = vec![Column::new("id", SqlType::Integer).primary_key()];
    for (at, target) in to.iter().enumerate() {
        columns.push(
            Column::new(format!("fk{at}"), SqlType::Integer).references(format!("{target}.id")),
        );
    }
    Table::new(metadata, name, columns, vec![]).unwrap()
}

#[test]
fn tables_come_after_those_they_refer_to() {
    let metadata = MetaData::new();
    table(&metadata, "c", &["b", "c"]);
    table(&metadata, "b", &["a"]);
    table(&metadata, "a", &[]);
    table(&metadata, "0", &[]);
    let sorted = sort_tables(&metadata.tables()).unwrap();
    assert_eq!(sorted.order, [2, 3, 1, 0]);
    assert!(sorted.in_cycle.is_empty());
    table(&metadata, "x", &["y"]);
    table(&metadata, "y", &["x"]);
    let sorted = sort_tables(&metadata.tables()).unwrap();
    assert_eq!(sorted.in_cycle, ["x", "y"]);
}

#[test]
fn joins_without_a_foreign_key_or_with_two() {
    let metadata = MetaData::new();
    let a = table(&metadata, "a", &[]);
    let b = table(&metadata, "b", &[]);
    let two = table(&metadata, "two", &["a", "a"]);
    let none = a.join(&b, None, false, false).unwrap_err();
    assert_eq!(none.kind, ErrorKind::NoForeignKeysError);
    assert_eq!(
        none.message,
        "Can't find any foreign key relationships between 'a' and 'b'."
    );
    let several = a.join(&two, None, false, false).unwrap_err();
    assert_eq!(several.kind, ErrorKind::AmbiguousForeignKeysError);
    assert_eq!(
        several.message,
        "Can't determine join between 'a' and 'two'; tables have more than one foreign key constraint relationship \
         between them. Please specify the 'onclause' of this join explicitly."
    );
}

#[test]
fn a_foreign_key_to_nowhere() {
    let metadata = MetaData::new();
    let a = table(&metadata, "a", &["missing"]);
    let error = create_table(&a).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoReferencedTableError);
    assert_eq!(
        error.message,
        "Foreign key associated with column 'a.fk0' could not find table 'missing' with which to generate a foreign \
         key to target column 'id'"
    );
}
