//! Operators, functions and labels.

use std::rc::Rc;

use lazyscope::orm::Value;
use lazyscope::orm::sql::LabelStyle;
use lazyscope::orm::sql::expr::{
    Expr, Frame, FrameBound, Op, OpOptions, Operand, and_, case, cast, column, extract, false_,
    func, literal, literal_column, not_, null, or_, true_, tuple_, type_coerce,
};
use lazyscope::orm::sql::types::SqlType;

use crate::fixture::{c, check, check_where, eq, f, f1, fixture, gt, list, op, select};

#[test]
fn comparisons() {
    let x = fixture();
    let (id, name, age, active) = (x.u("id"), x.u("name"), x.u("age"), x.u("active"));
    check_where(
        &x,
        and_([eq(&name, "x"), gt(&age, 3)]),
        "users.name = ? AND users.age > ?",
        "'x', 3",
    );
    check_where(
        &x,
        and_([op(&name, Op::Ne, Value::Null), eq(&name, Value::Null)]),
        "users.name IS NOT NULL AND users.name IS NULL",
        "",
    );
    check_where(&x, active.clone(), "users.active = 1", "");
    check_where(
        &x,
        and_([
            active.clone(),
            not_(&active),
            eq(&active, true),
            op(&active, Op::Is, false),
        ]),
        "users.active = 1 AND users.active = 0 AND users.active = 1 AND users.active IS 0",
        "",
    );
    check_where(
        &x,
        and_([
            op(&active, Op::Ne, true),
            op(&active, Op::Is, true),
            eq(&active, false_()),
        ]),
        "users.active != 1 AND users.active IS 1 AND users.active = 0",
        "",
    );
    check_where(&x, eq(&id, &age), "users.id = users.age", "");
    check_where(
        &x,
        and_([
            op(&name, Op::IsDistinctFrom, "x"),
            op(&name, Op::IsNotDistinctFrom, Value::Null),
        ]),
        "users.name IS NOT ? AND users.name IS NULL",
        "'x'",
    );
    check_where(
        &x,
        and_([
            age.between(1.into(), 5.into(), false).unwrap(),
            not_(&age.between(2.into(), 3.into(), false).unwrap()),
        ]),
        "users.age BETWEEN ? AND ? AND users.age NOT BETWEEN ? AND ?",
        "1, 5, 2, 3",
    );
}

#[test]
fn conjunctions() {
    let x = fixture();
    let (id, name, age) = (x.u("id"), x.u("name"), x.u("age"));
    check_where(
        &x,
        or_([
            eq(&age, 1),
            and_([eq(&age, 2), eq(&name, "x")]),
            eq(&age, 3),
        ]),
        "users.age = ? OR users.age = ? AND users.name = ? OR users.age = ?",
        "1, 2, 'x', 3",
    );
    check_where(
        &x,
        not_(&or_([eq(&age, 1), eq(&age, 2)])),
        "NOT (users.age = ? OR users.age = ?)",
        "1, 2",
    );
    check_where(
        &x,
        and_([eq(&age, 1), or_([eq(&id, 2), eq(&id, 3)]), eq(&name, "a")]),
        "users.age = ? AND (users.id = ? OR users.id = ?) AND users.name = ?",
        "1, 2, 3, 'a'",
    );
    check(
        select([id.clone()])
            .where_(and_([true_(), eq(&id, 1)]))
            .where_(or_([false_(), eq(&id, 2)]))
            .where_(true_()),
        "SELECT users.id \nFROM users \nWHERE users.id = ? AND users.id = ?",
        "1, 2",
    );
    check_where(&x, false_(), "0 = 1", "");
    check_where(
        &x,
        and_([
            not_(&eq(&id, 1)),
            not_(&gt(&id, 1)),
            not_(&op(&name, Op::Is, Value::Null)),
            not_(
                &select([literal_column("*", SqlType::Null)])
                    .where_(eq(&x.b("id"), 1))
                    .into_query()
                    .exists(),
            ),
        ]),
        "users.id != ? AND users.id <= ? AND users.name IS NOT NULL AND NOT (EXISTS (SELECT * \nFROM books \nWHERE \
         books.id = ?))",
        "1, 1, 1",
    );
    check_where(
        &x,
        and_([
            gt(
                &op(
                    &op(&op(&age, Op::Add, 1), Op::Mul, op(&id, Op::Sub, 2)),
                    Op::TrueDiv,
                    3,
                ),
                4,
            ),
            eq(
                &op(
                    &op(&op(&age, Op::Sub, 1), Op::Sub, 2),
                    Op::Sub,
                    id.reverse_operate(&Op::Sub, 3.into()).unwrap(),
                ),
                0,
            ),
            eq(&eq(&age, 1), eq(&id, 2)),
        ]),
        "((users.age + ?) * (users.id - ?)) / (? + 0.0) > ? AND ((users.age - ?) - ?) - (? - users.id) = ? AND \
         (users.age = ?) = (users.id = ?)",
        "1, 2, 3, 4, 1, 2, 3, 0, 1, 2",
    );
}

#[test]
fn in_lists() {
    let x = fixture();
    let (id, name, age) = (x.u("id"), x.u("name"), x.u("age"));
    check_where(
        &x,
        op(&id, Op::In, list(&[1, 2, 3])),
        "users.id IN (?, ?, ?)",
        "1, 2, 3",
    );
    let empty = "SELECT 1 FROM (SELECT 1) WHERE 1!=1";
    check_where(
        &x,
        op(&id, Op::In, list(&[])),
        &format!("users.id IN ({empty})"),
        "",
    );
    check_where(
        &x,
        op(&id, Op::NotIn, list(&[1, 2])),
        "(users.id NOT IN (?, ?))",
        "1, 2",
    );
    check_where(
        &x,
        not_(&op(&id, Op::In, list(&[]))),
        &format!("(users.id NOT IN ({empty}))"),
        "",
    );
    check_where(
        &x,
        op(
            &id,
            Op::In,
            select([x.b("author_id")])
                .where_(eq(&x.b("title"), "t"))
                .into_query(),
        ),
        "users.id IN (SELECT books.author_id \nFROM books \nWHERE books.title = ?)",
        "'t'",
    );
    check_where(
        &x,
        op(
            &id,
            Op::In,
            Operand::List(vec![1.into(), age.into(), 3.into()]),
        ),
        "users.id IN (?, users.age, ?)",
        "1, 3",
    );
    check_where(
        &x,
        op(
            &tuple_(vec![id.into(), name.into()]),
            Op::In,
            Operand::List(vec![
                Operand::List(vec![1.into(), "a".into()]),
                Operand::List(vec![2.into(), "b".into()]),
            ]),
        ),
        "(users.id, users.name) IN (VALUES (?, ?), (?, ?))",
        "1, 'a', 2, 'b'",
    );
}

#[test]
fn strings() {
    let x = fixture();
    let name = x.u("name");
    let escape = OpOptions {
        escape: Some(Rc::from("/")),
        ..OpOptions::default()
    };
    let autoescape = OpOptions {
        autoescape: true,
        ..OpOptions::default()
    };
    check_where(
        &x,
        and_([
            name.operate(&Op::Like, "a%".into(), &escape).unwrap(),
            op(&name, Op::ILike, "b"),
            not_(&op(&name, Op::ILike, "b")),
            op(&name, Op::NotLike, "z"),
        ]),
        "users.name LIKE ? ESCAPE '/' AND lower(users.name) LIKE lower(?) AND lower(users.name) NOT LIKE lower(?) AND \
         users.name NOT LIKE ?",
        "'a%', 'b', 'b', 'z'",
    );
    check_where(
        &x,
        and_([
            name.operate(&Op::Contains, "a_b".into(), &autoescape)
                .unwrap(),
            op(&name, Op::StartsWith, "x"),
            op(&name, Op::EndsWith, "y"),
            not_(&op(&name, Op::Contains, "q")),
        ]),
        "(users.name LIKE '%' || ? || '%' ESCAPE '/') AND (users.name LIKE ? || '%') AND (users.name LIKE '%' || ?) \
         AND (users.name NOT LIKE '%' || ? || '%')",
        "'a/_b', 'x', 'y', 'q'",
    );
    check_where(
        &x,
        and_([
            op(&name, Op::IContains, "a"),
            op(&name, Op::IStartsWith, "x"),
            op(&name, Op::IEndsWith, "y"),
        ]),
        "(lower(users.name) LIKE '%' || lower(?) || '%') AND (lower(users.name) LIKE lower(?) || '%') AND \
         (lower(users.name) LIKE '%' || lower(?))",
        "'a', 'x', 'y'",
    );
    check_where(
        &x,
        and_([
            op(&name, Op::Like, op(&name, Op::Add, "%")),
            op(&name, Op::Contains, &name),
        ]),
        "users.name LIKE (users.name || ?) AND (users.name LIKE '%' || users.name || '%')",
        "'%'",
    );
    check(
        select([
            op(&op(&name, Op::Add, "x"), Op::Add, &name),
            op(&name, Op::Concat, "q"),
        ]),
        "SELECT users.name || ? || users.name AS anon_1, users.name || ? AS anon_2 \nFROM users",
        "'x', 'q'",
    );
    check(
        select([name.collate("NOCASE")]).order_by([name.collate("NOCASE").desc()]),
        "SELECT users.name COLLATE \"NOCASE\" AS anon_1 \nFROM users ORDER BY users.name COLLATE \"NOCASE\" DESC",
        "",
    );
}

#[test]
fn arithmetic() {
    let x = fixture();
    let (id, name, age, active) = (x.u("id"), x.u("name"), x.u("age"), x.u("active"));
    check(
        select([
            op(&age, Op::Add, 1),
            op(&op(&age, Op::Mul, 2), Op::Add, &id),
            op(&op(&age, Op::Add, 1), Op::Mul, 2),
            op(&age, Op::Sub, op(&id, Op::Sub, 3)),
            op(&age, Op::TrueDiv, 2),
            op(&age, Op::FloorDiv, 2),
            op(&age, Op::Mod, 7),
            age.unary(&Op::Neg),
        ]),
        "SELECT users.age + ? AS anon_1, users.age * ? + users.id AS anon_2, (users.age + ?) * ? AS anon_3, users.age \
         - (users.id - ?) AS anon_4, users.age / (? + 0.0) AS anon_5, users.age / ? AS anon_6, users.age % ? AS \
         anon_7, -users.age \nFROM users",
        "1, 2, 1, 2, 3, 2, 2, 7",
    );
    check_where(
        &x,
        and_([
            op(&name, Op::custom("~"), "x"),
            eq(&op(&age, Op::custom("&"), 3), 2),
            eq(&op(&age, Op::BitAnd, 2), 1),
            eq(&op(&age, Op::BitXor, 3), 1),
        ]),
        "(users.name ~ ?) AND (users.age & ?) = ? AND users.age & ? = ? AND ((users.age | ?) - (users.age & ?)) = ?",
        "'x', 3, 2, 2, 1, 3, 3, 1",
    );
    check(
        select([
            op(&name, Op::Add, "x").label(Some("nx")),
            eq(&age, 1),
            eq(&age, 1).label(Some("is1")),
            active.clone(),
            not_(&active),
        ]),
        "SELECT users.name || ? AS nx, users.age = ? AS anon_1, users.age = ? AS is1, users.active, users.active = 0 \
         AS active__1 \nFROM users",
        "'x', 1, 1",
    );
}

#[test]
fn labels() {
    let x = fixture();
    let (uid, bid) = (x.u("id"), x.b("id"));
    let aliased = x.users.alias(None);
    check(
        select([uid.clone(), bid.clone(), uid.clone(), bid.clone()]),
        "SELECT users.id, books.id AS id_1, users.id AS id__1, books.id AS id__2 \nFROM users, books",
        "",
    );
    let both: Vec<Expr> = x
        .users
        .columns()
        .into_iter()
        .chain(x.books.columns())
        .collect();
    check(
        select(both)
            .where_(eq(&uid, x.b("author_id")))
            .label_style(LabelStyle::TablenamePlusCol),
        "SELECT users.id AS users_id, users.name AS users_name, users.age AS users_age, users.active AS users_active, \
         books.id AS books_id, books.title AS books_title, books.author_id AS books_author_id, books.price AS \
         books_price \nFROM users, books \nWHERE users.id = books.author_id",
        "",
    );
    check(
        select([uid.clone(), uid.clone(), c(&aliased, "id")])
            .label_style(LabelStyle::TablenamePlusCol),
        "SELECT users.id AS users_id, users.id AS users_id__1, users_1.id AS users_1_id \nFROM users, users AS users_1",
        "",
    );
    check(
        select([uid.clone(), bid, uid]).label_style(LabelStyle::None),
        "SELECT users.id, books.id, users.id \nFROM users, books",
        "",
    );
    check(
        select([
            literal_column("1", SqlType::Null),
            literal("q".into(), None),
            literal(5.into(), None).label(Some("five")),
            column("zz"),
            null(),
            true_(),
        ]),
        "SELECT 1, ? AS anon_1, ? AS five, zz, NULL AS anon_2, 1 AS anon_3",
        "'q', 5",
    );
    let age = x.u("age");
    check(
        select([
            cast((&age).into(), SqlType::String(None)).unwrap(),
            type_coerce((&age).into(), SqlType::String(None)).unwrap(),
            cast("5".into(), SqlType::Integer).unwrap(),
        ]),
        "SELECT CAST(users.age AS VARCHAR) AS age, users.age AS age__1, CAST(? AS INTEGER) AS anon_1 \nFROM users",
        "'5'",
    );
}

#[test]
fn functions() {
    let x = fixture();
    let (id, name, age) = (x.u("id"), x.u("name"), x.u("age"));
    check(
        select([f("count", vec![])]).select_from(&x.users),
        "SELECT count(*) AS count_1 \nFROM users",
        "",
    );
    check(
        select([
            f1("max", &age),
            f1("lower", &name),
            f("coalesce", vec![(&name).into(), "x".into()]),
            f("now", vec![]),
            f("current_timestamp", vec![]),
            f1("count", &name.unary(&Op::Distinct)),
            func(&["foo", "bar"], [1.into()], None).unwrap(),
        ]),
        "SELECT max(users.age) AS max_1, lower(users.name) AS lower_1, coalesce(users.name, ?) AS coalesce_1, \
         CURRENT_TIMESTAMP AS now_1, CURRENT_TIMESTAMP AS current_timestamp_1, count(DISTINCT users.name) AS count_1, \
         foo.bar(?) AS bar_1 \nFROM users",
        "'x', 1",
    );
    check(
        select([
            f1("count", &id),
            f1("count", &name),
            f1("count", &id),
            f1("sum", &age),
        ]),
        "SELECT count(users.id) AS count_1, count(users.name) AS count_2, count(users.id) AS count_3, sum(users.age) \
         AS sum_1 \nFROM users",
        "",
    );
    check(
        select([case(
            vec![
                (gt(&age, 3).into(), "a".into()),
                (eq(&age, Value::Null).into(), "n".into()),
            ],
            None,
            Some("b".into()),
        )
        .unwrap()]),
        "SELECT CASE WHEN (users.age > ?) THEN ? WHEN (users.age IS NULL) THEN ? ELSE ? END AS anon_1 \nFROM users",
        "3, 'a', 'n', 'b'",
    );
    check(
        select([case(
            vec![("x".into(), 1.into()), ("y".into(), 2.into())],
            Some((&name).into()),
            Some(0.into()),
        )
        .unwrap()
        .label(Some("k"))]),
        "SELECT CASE users.name WHEN ? THEN ? WHEN ? THEN ? ELSE ? END AS k \nFROM users",
        "'x', 1, 'y', 2, 0",
    );
    check(
        select([extract("year", (&name).into()).unwrap()]),
        "SELECT CAST(STRFTIME('%Y', users.name) AS INTEGER) AS anon_1 \nFROM users",
        "",
    );
    let frame = |start, end| {
        Some(Frame {
            start: FrameBound::from_offset(start),
            end: FrameBound::from_offset(end),
        })
    };
    check(
        select([
            f("row_number", vec![]).over(vec![age.clone()], vec![id.desc()], None, None, None),
            f1("sum", &age).over(vec![], vec![id.clone()], frame(None, Some(0)), None, None),
            f1("sum", &age).over(vec![], vec![], frame(Some(-1), Some(2)), None, None),
        ]),
        "SELECT row_number() OVER (PARTITION BY users.age ORDER BY users.id DESC) AS anon_1, sum(users.age) OVER \
         (ORDER BY users.id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS anon_2, sum(users.age) OVER (ROWS \
         BETWEEN ? PRECEDING AND ? FOLLOWING) AS anon_3 \nFROM users",
        "1, 2",
    );
    check(
        select([f1("count", &id).filter(vec![gt(&age, 3)])]),
        "SELECT count(users.id) FILTER (WHERE users.age > ?) AS anon_1 \nFROM users",
        "3",
    );
    check(
        select([
            f("group_concat", vec![(&name).into(), ", ".into()]),
            f("aggregate_strings", vec![(&name).into(), ",".into()]),
        ]),
        "SELECT group_concat(users.name, ?) AS group_concat_1, group_concat(users.name, ',') AS aggregate_strings_1 \
         \nFROM users",
        "', '",
    );
}
