//! Two tables, and the short words in which the cases are written.

use lazyscope::orm::sql::expr::{Expr, Op, OpOptions, Operand, func, textual_label};
use lazyscope::orm::sql::schema::{Column, MetaData, Table};
use lazyscope::orm::sql::select::{Query, Select, Statement};
use lazyscope::orm::sql::types::SqlType;
use lazyscope::orm::sql::{CompileOptions, FromClause, compile};
use lazyscope::trace;

pub struct Fixture {
    pub users: FromClause,
    pub books: FromClause,
    _metadata: MetaData,
}

pub fn fixture() -> Fixture {
    let metadata = MetaData::new();
    let users = Table::new(
        &metadata,
        "users",
        vec![
            Column::new("id", SqlType::Integer).primary_key(),
            Column::new("name", SqlType::String(Some(30))),
            Column::new("age", SqlType::Integer),
            Column::new("active", SqlType::Boolean),
        ],
        vec![],
    )
    .unwrap();
    let books = Table::new(
        &metadata,
        "books",
        vec![
            Column::new("id", SqlType::Integer).primary_key(),
            Column::new("title", SqlType::String(None)),
            Column::new("author_id", SqlType::Integer).references("users.id"),
            Column::new(
                "price",
                SqlType::Numeric {
                    precision: Some(10),
                    scale: Some(2),
                    asdecimal: true,
                },
            ),
        ],
        vec![],
    )
    .unwrap();
    Fixture {
        users,
        books,
        _metadata: metadata,
    }
}

impl Fixture {
    pub fn u(&self, key: &str) -> Expr {
        c(&self.users, key)
    }

    pub fn b(&self, key: &str) -> Expr {
        c(&self.books, key)
    }
}

pub fn c(from: &FromClause, key: &str) -> Expr {
    from.column(key).unwrap()
}

pub fn op(left: &Expr, op: Op, right: impl Into<Operand>) -> Expr {
    left.operate(&op, right.into(), &OpOptions::default())
        .unwrap()
}

pub fn eq(left: &Expr, right: impl Into<Operand>) -> Expr {
    op(left, Op::Eq, right)
}

pub fn gt(left: &Expr, right: impl Into<Operand>) -> Expr {
    op(left, Op::Gt, right)
}

pub fn list(values: &[i64]) -> Operand {
    Operand::List(values.iter().map(|value| Operand::from(*value)).collect())
}

pub fn f(name: &str, args: Vec<Operand>) -> Expr {
    func(&[name], args, None).unwrap()
}

pub fn f1(name: &str, arg: &Expr) -> Expr {
    f(name, vec![arg.into()])
}

pub fn select(columns: impl IntoIterator<Item = Expr>) -> Select {
    Select::new(columns)
}

pub trait IntoStatement {
    fn statement(self) -> Statement;
}

impl IntoStatement for Select {
    fn statement(self) -> Statement {
        self.into_query().statement()
    }
}

impl IntoStatement for Query {
    fn statement(self) -> Statement {
        Query::statement(self)
    }
}

impl IntoStatement for Statement {
    fn statement(self) -> Statement {
        self
    }
}

pub fn shown(value: &trace::Value) -> String {
    match value {
        trace::Value::Null => "None".to_owned(),
        trace::Value::Integer(number) => number.to_string(),
        trace::Value::Real(number) => format!("{number:?}"),
        trace::Value::Text(text) => format!("'{text}'"),
        trace::Value::Blob(_) => "b''".to_owned(),
    }
}

#[track_caller]
pub fn check(statement: impl IntoStatement, sql: &str, parameters: &str) {
    let compiled = compile(&statement.statement(), &CompileOptions::default()).unwrap();
    let execution = compiled.execute(&|_| None).unwrap();
    assert_eq!(&*execution.sql, sql);
    let values: Vec<String> = execution.parameters.iter().map(shown).collect();
    assert_eq!(values.join(", "), parameters);
}

#[track_caller]
pub fn check_where(fixture: &Fixture, criterion: Expr, sql: &str, parameters: &str) {
    check(
        select([fixture.u("id")]).where_(criterion),
        &format!("SELECT users.id \nFROM users \nWHERE {sql}"),
        parameters,
    );
}

pub fn textual(name: &str) -> Expr {
    textual_label(name)
}
