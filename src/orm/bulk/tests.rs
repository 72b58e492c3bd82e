//! Writes of the program, held against what SQLAlchemy 2.1.9 was recorded to send for the same ones.

use std::rc::Rc;

use super::{Outcome, Row, Rows, Synchronize, Write};
use crate::orm::loading::Cell;
use crate::orm::query::RawColumn;
use crate::orm::sql::expr::{BindValue, Operand};
use crate::orm::sql::schema::{Default_, ServerDefault};
use crate::orm::sql::{Delete, Expr, Insert, Op, Statement, Update};
use crate::orm::testing::{Change, World, integer, string};
use crate::orm::{Instance, Mapper, Value};
use crate::trace;

struct Case {
    world: World,
    p: Rc<Mapper>,
}

impl Case {
    fn new() -> Self {
        let world = World::new();
        let mut n = string("nn").not_null();
        n.default = Some(Default_::Scalar("dd".into()));
        let mut c = string("c").not_null();
        c.server_default = Some(ServerDefault::Text(Rc::from("now")));
        let p = world.class(
            "P",
            "p",
            vec![integer("id").primary_key(), integer("x"), n, c],
        );
        world.create_all();
        Self { world, p }
    }

    fn column(&self, key: &str) -> Expr {
        let attribute = self.p.attribute_by_key(key).expect("an attribute");
        self.p.entity().column(attribute.index).expect("a column")
    }

    fn run(&self, statement: Statement, change: impl FnOnce(&mut Write)) -> Outcome {
        let mut write = Write::new(statement, Some(Rc::clone(&self.p)));
        change(&mut write);
        let written = self.world.session.execute_write(&write);
        written.expect("it goes through")
    }

    fn insert(&self, rows: &[&[(&str, Value)]], returning: &[RawColumn]) -> Outcome {
        self.run(Insert::new(&self.p.table).into_statement(), |write| {
            write.rows = Rows::Many(rows.iter().map(|row| values(row)).collect());
            write.returning = returning.to_vec();
        })
    }

    fn add(&self, xs: &[i64]) -> Vec<Rc<Instance>> {
        let made: Vec<Rc<Instance>> = xs
            .iter()
            .map(|x| self.world.make(&self.p, &[("x", (*x).into())]))
            .collect();
        self.world.session.add_all(&made).expect("new objects");
        self.world.session.flush().expect("it goes through");
        self.world.sent();
        made
    }

    fn compare(&self, key: &str, op: &Op, value: i64) -> Expr {
        let compared =
            self.column(key)
                .operate(op, Operand::Value(value.into()), &Default::default());
        compared.expect("a comparison")
    }
}

fn values(row: &[(&str, Value)]) -> Row {
    row.iter()
        .map(|(key, value)| (Rc::from(*key), BindValue::Value(value.clone())))
        .collect()
}

fn returned(written: &Outcome) -> Vec<Vec<trace::Value>> {
    let rows = written.returned.as_ref().expect("it returns");
    let read = rows.rows.read().expect("a write's rows are read at once");
    read.rows()
        .map(|row| {
            row.iter()
                .map(|cell| match cell {
                    Cell::Value(value, _) => value.clone(),
                    other => panic!("{other:?}"),
                })
                .collect()
        })
        .collect()
}

#[test]
fn rows_with_the_same_columns_go_together() {
    let case = Case::new();
    case.insert(&[&[("x", 1.into())], &[("x", 2.into())]], &[]);
    case.insert(&[&[("x", Value::Null)], &[("x", 2.into())]], &[]);
    case.insert(
        &[&[("zzz", Value::Null), ("x", 1.into())], &[("x", 2.into())]],
        &[],
    );
    case.world.check(&[
        "INSERT INTO p (x, nn) VALUES (?, ?) [[1, 'dd'], [2, 'dd']]",
        "INSERT INTO p (nn) VALUES (?) ['dd']",
        "INSERT INTO p (x, nn) VALUES (?, ?) [2, 'dd']",
        "INSERT INTO p (x, nn) VALUES (?, ?) [[1, 'dd'], [2, 'dd']]",
    ]);
}

#[test]
fn rows_that_come_back() {
    let case = Case::new();
    let x = RawColumn::Expr(case.column("x"));
    let written = case.insert(&[&[("x", 1.into())], &[("x", 2.into())]], &[x]);
    assert_eq!(
        returned(&written),
        [[trace::Value::Integer(1)], [trace::Value::Integer(2)]]
    );
    let n = RawColumn::Expr(case.column("nn"));
    case.insert(
        &[&[("x", 1.into())], &[("x", 2.into()), ("nn", "q".into())]],
        &[n],
    );
    case.world.check(&[
        "INSERT INTO p (x, nn) VALUES (?, ?), (?, ?) RETURNING id, x [1, 'dd', 2, 'dd']",
        "INSERT INTO p (x, nn) VALUES (?, ?) RETURNING id, nn [1, 'dd']",
        "INSERT INTO p (x, nn) VALUES (?, ?) RETURNING id, nn [2, 'q']",
    ]);
}

#[test]
fn objects_that_come_back() {
    let case = Case::new();
    let entity = RawColumn::Entity(case.p.entity());
    let written = case.insert(&[&[("x", 1.into())], &[("x", 2.into())]], &[entity]);
    case.world.check(&[
        "INSERT INTO p (x, nn) VALUES (?, ?), (?, ?) RETURNING id, x, nn, c [1, 'dd', 2, 'dd']",
    ]);
    let returned = written.returned.expect("objects");
    let read = returned
        .rows
        .read()
        .expect("a write's rows are read at once");
    let found = read.unique_entities();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].get("x").expect("loaded"), Value::from(2));
    case.world.check(&[]);
}

#[test]
fn objects_follow_an_update_that_can_be_evaluated() {
    let case = Case::new();
    let made = case.add(&[55, 2, 60]);
    let more = case
        .column("x")
        .operate(&Op::Add, Operand::Value(1.into()), &Default::default())
        .expect("a sum");
    let mut update = Update::new(&case.p.table).where_(case.compare("x", &Op::Gt, 50));
    update.values = vec![(Rc::from("x"), Operand::Expr(more))];
    let written = case.run(update.into_statement(), |_| {});
    assert_eq!(written.rowcount, 2);
    case.world
        .check(&["UPDATE p SET x=(p.x + ?) WHERE p.x > ? [1, 50]"]);
    let xs: Vec<Value> = made.iter().map(|p| p.get("x").expect("loaded")).collect();
    assert_eq!(xs, [Value::from(56), 2.into(), 61.into()]);
    case.world.check(&[]);
}

#[test]
fn objects_follow_an_update_by_the_keys_that_come_back() {
    let case = Case::new();
    let made = case.add(&[1, 2]);
    let mut update = Update::new(&case.p.table).where_(case.compare("x", &Op::Eq, 1));
    update.values = vec![(Rc::from("x"), Operand::Value(9.into()))];
    let nn = RawColumn::Expr(case.column("nn"));
    let written = case.run(update.into_statement(), |write| {
        write.synchronize = Synchronize::Fetch;
        write.returning = vec![nn];
    });
    case.world
        .check(&["UPDATE p SET x=? WHERE p.x = ? RETURNING id, nn [9, 1]"]);
    assert_eq!(returned(&written), [[trace::Value::Text("dd".into())]]);
    assert_eq!(made[0].get("x").expect("loaded"), Value::from(9));
}

#[test]
fn objects_leave_with_their_rows() {
    let case = Case::new();
    let made = case.add(&[1, 2]);
    let delete = Delete::new(&case.p.table).where_(case.compare("x", &Op::Eq, 1));
    case.run(delete.into_statement(), |_| {});
    case.world.check(&["DELETE FROM p WHERE p.x = ? [1]"]);
    assert!(!case.world.session.contains(&made[0]));
    assert!(case.world.session.contains(&made[1]));
}

#[test]
fn updates_by_primary_key() {
    let case = Case::new();
    let made = case.add(&[1, 2]);
    case.run(Update::new(&case.p.table).into_statement(), |write| {
        write.rows = Rows::Many(vec![
            values(&[("id", 1.into()), ("x", 100.into())]),
            values(&[("id", 2.into()), ("nn", "t".into())]),
        ]);
    });
    case.world.check(&[
        "UPDATE p SET x=? WHERE p.id = ? [100, 1]",
        "UPDATE p SET nn=? WHERE p.id = ? ['t', 2]",
    ]);
    assert_eq!(made[0].get("x").expect("loaded"), Value::from(100));
    assert_eq!(made[1].get("nn").expect("loaded"), Value::from("t"));
    let mut write = Write::new(
        Update::new(&case.p.table).into_statement(),
        Some(Rc::clone(&case.p)),
    );
    write.rows = Rows::Many(vec![values(&[("x", 100.into())])]);
    let refused = case.world.session.execute_write(&write);
    assert_eq!(
        refused.expect_err("no key").to_string(),
        "No primary key value supplied for column(s) p.id; per-row ORM Bulk UPDATE by Primary Key requires that \
         records contain primary key values"
    );
}

#[test]
fn the_older_way() {
    let case = Case::new();
    let new = |x: i64| case.world.make(&case.p, &[("x", x.into())]);
    case.world
        .session
        .bulk_save(&[new(1), new(2)], super::BulkSave::default())
        .expect("new rows");
    let rows = [
        values(&[("id", 1.into()), ("x", 1.into())]),
        values(&[("id", 2.into()), ("x", 2.into())]),
    ];
    case.world
        .session
        .bulk_update(&case.p, &rows)
        .expect("known rows");
    case.world.check(&[
        "INSERT INTO p (x, nn) VALUES (?, ?) [[1, 'dd'], [2, 'dd']]",
        "UPDATE p SET x=? WHERE p.id = ? [[1, 1], [2, 2]]",
    ]);
}
