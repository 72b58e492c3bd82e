//! Selects, joins, subqueries, compounds, CTEs, text.

use std::rc::Rc;

use lazyscope::orm::sql::FromClause;
use lazyscope::orm::sql::expr::{Expr, Op, TextClause, literal_column};
use lazyscope::orm::sql::schema::{Column, Table};
use lazyscope::orm::sql::select::{
    CompoundKeyword, LabelStyle, Query, Select, Statement, compound,
};
use lazyscope::orm::sql::types::SqlType;

use crate::fixture::{c, check, check_where, eq, f, f1, fixture, gt, op, select, textual};

#[test]
fn ordering_and_limits() {
    let x = fixture();
    let (id, name, age) = (x.u("id"), x.u("name"), x.u("age"));
    check(
        select([id.clone()]).order_by([
            name.desc(),
            age.asc().unary(&Op::NullsLast),
            textual("id"),
        ]),
        "SELECT users.id \nFROM users ORDER BY users.name DESC, users.age ASC NULLS LAST, users.id",
        "",
    );
    let label = op(&age, Op::Add, 1).label(Some("a1"));
    check(
        select([id.clone(), label.clone()]).order_by([textual("a1").desc(), id.clone()]),
        "SELECT users.id, users.age + ? AS a1 \nFROM users ORDER BY a1 DESC, users.id",
        "1",
    );
    check(
        select([id.clone(), label.clone()])
            .order_by([label.desc()])
            .group_by([label.clone()])
            .having(gt(&label, 3)),
        "SELECT users.id, users.age + ? AS a1 \nFROM users GROUP BY users.age + ? \nHAVING users.age + ? > ? ORDER BY \
         a1 DESC",
        "1, 1, 1, 3",
    );
    let base = || select([x.u("id")]);
    check(
        base().limit(5),
        "SELECT users.id \nFROM users\n LIMIT ? OFFSET ?",
        "5, 0",
    );
    check(
        base().offset(5),
        "SELECT users.id \nFROM users\n LIMIT ? OFFSET ?",
        "-1, 5",
    );
    check(
        base().limit(3).offset(5).distinct(),
        "SELECT DISTINCT users.id \nFROM users\n LIMIT ? OFFSET ?",
        "3, 5",
    );
}

#[test]
fn joins() {
    let x = fixture();
    let join = |select: Select, target: &FromClause, on| select.join(target, on, false, false);
    check(
        join(select(x.users.columns()), &x.books, None),
        "SELECT users.id, users.name, users.age, users.active \nFROM users JOIN books ON users.id = books.author_id",
        "",
    );
    let names = || select([x.u("name"), x.b("title")]);
    let outer = "SELECT users.name, books.title \nFROM users LEFT OUTER JOIN books ON users.id = books.author_id";
    check(
        names().join(
            &x.books,
            Some(eq(&x.u("id"), x.b("author_id"))),
            true,
            false,
        ),
        outer,
        "",
    );
    check(
        names().select_from(&x.users.join(&x.books, None, true, false).unwrap()),
        outer,
        "",
    );
    let (ua, ub) = (x.users.alias(None), x.users.alias(Some("ub")));
    check(
        select([c(&ua, "id"), c(&ub, "id")]).where_(eq(&c(&ua, "id"), c(&ub, "id"))),
        "SELECT users_1.id, ub.id AS id_1 \nFROM users AS users_1, users AS ub \nWHERE users_1.id = ub.id",
        "",
    );
    check(
        join(
            select([x.u("id"), c(&ua, "id"), c(&ua, "name")]),
            &ua,
            Some(eq(&c(&ua, "id"), x.u("age"))),
        ),
        "SELECT users.id, users_1.id AS id_1, users_1.name \nFROM users JOIN users AS users_1 ON users_1.id = users.age",
        "",
    );
    let inner = x
        .books
        .join_on(&ua, eq(&c(&ua, "id"), x.b("author_id")), false);
    check(
        select([x.u("id")]).select_from(&x.users.join_on(
            &inner,
            eq(&x.u("id"), x.b("author_id")),
            false,
        )),
        "SELECT users.id \nFROM users JOIN (books JOIN users AS users_1 ON users_1.id = books.author_id) ON users.id = \
         books.author_id",
        "",
    );
    check(
        join(
            join(select(x.users.columns()), &x.books, None),
            &ua,
            Some(eq(&c(&ua, "id"), x.b("id"))),
        ),
        "SELECT users.id, users.name, users.age, users.active \nFROM users JOIN books ON users.id = books.author_id \
         JOIN users AS users_1 ON users_1.id = books.id",
        "",
    );
}

#[test]
fn subqueries() {
    let x = fixture();
    let sub = select([x.u("id"), x.u("name")])
        .where_(gt(&x.u("age"), 1))
        .into_query()
        .subquery(None);
    check(
        select([c(&sub, "id"), c(&sub, "name")]).where_(eq(&c(&sub, "id"), 5)),
        "SELECT anon_1.id, anon_1.name \nFROM (SELECT users.id AS id, users.name AS name \nFROM users \nWHERE \
         users.age > ?) AS anon_1 \nWHERE anon_1.id = ?",
        "1, 5",
    );
    let sub2 = select([
        x.u("id"),
        x.b("id"),
        f1("count", &x.b("id")),
        op(&x.u("age"), Op::Add, 1),
    ])
    .join(&x.books, None, false, false)
    .into_query()
    .subquery(Some("s"));
    check(
        select(sub2.columns()),
        "SELECT s.id, s.id_1, s.count_1, s.anon_1 \nFROM (SELECT users.id AS id, books.id AS id_1, count(books.id) AS \
         count_1, users.age + ? AS anon_1 \nFROM users JOIN books ON users.id = books.author_id) AS s",
        "1",
    );
    let mut columns = x.users.columns();
    columns.push(c(&sub, "name"));
    check(
        select(columns).join(&sub, Some(eq(&c(&sub, "id"), x.u("id"))), false, false),
        "SELECT users.id, users.name, users.age, users.active, anon_1.name AS name_1 \nFROM users JOIN (SELECT \
         users.id AS id, users.name AS name \nFROM users \nWHERE users.age > ?) AS anon_1 ON anon_1.id = users.id",
        "1",
    );
    let count = select([f1("count", &x.b("id"))])
        .where_(eq(&x.b("author_id"), x.u("id")))
        .into_query()
        .scalar_subquery();
    let inner =
        "(SELECT count(books.id) AS count_1 \nFROM books \nWHERE books.author_id = users.id)";
    check(
        select([x.u("name"), count.label(Some("n"))]),
        &format!("SELECT users.name, {inner} AS n \nFROM users"),
        "",
    );
    check(
        select([x.u("name"), count]),
        &format!("SELECT users.name, {inner} AS anon_1 \nFROM users"),
        "",
    );
    let star = || literal_column("*", SqlType::Null);
    check_where(
        &x,
        select([star()])
            .where_(eq(&x.b("author_id"), x.u("id")))
            .into_query()
            .exists(),
        "EXISTS (SELECT * \nFROM books \nWHERE books.author_id = users.id)",
        "",
    );
    check(
        select([select([star()])
            .where_(eq(&x.b("author_id"), 1))
            .into_query()
            .exists()]),
        "SELECT EXISTS (SELECT * \nFROM books \nWHERE books.author_id = ?) AS anon_1",
        "1",
    );
    let ua = x.users.alias(None);
    let mut correlated = select([f1("max", &c(&ua, "id"))]).where_(eq(&c(&ua, "age"), x.u("age")));
    correlated.correlate = Some(vec![x.users.clone()]);
    check_where(
        &x,
        eq(&x.u("id"), correlated.into_query().scalar_subquery()),
        "users.id = (SELECT max(users_1.id) AS max_1 \nFROM users AS users_1 \nWHERE users_1.age = users.age)",
        "",
    );
    let twice = select(select([x.u("id")]).into_query().subquery(None).columns())
        .into_query()
        .subquery(None);
    check(
        select(twice.columns()),
        "SELECT anon_1.id \nFROM (SELECT anon_2.id AS id \nFROM (SELECT users.id AS id \nFROM users) AS anon_2) AS \
         anon_1",
        "",
    );
    let columns: Vec<Expr> = ua.columns().into_iter().chain(sub.columns()).collect();
    check(
        select(columns)
            .label_style(LabelStyle::TablenamePlusCol)
            .where_(eq(&c(&ua, "id"), c(&sub, "id"))),
        "SELECT users_1.id AS users_1_id, users_1.name AS users_1_name, users_1.age AS users_1_age, users_1.active AS \
         users_1_active, anon_1.id AS anon_1_id, anon_1.name AS anon_1_name \nFROM users AS users_1, (SELECT users.id \
         AS id, users.name AS name \nFROM users \nWHERE users.age > ?) AS anon_1 \nWHERE users_1.id = anon_1.id",
        "1",
    );
    check(
        select([f("count", vec![])])
            .select_from(&select([x.u("name")]).distinct().into_query().subquery(None)),
        "SELECT count(*) AS count_1 \nFROM (SELECT DISTINCT users.name AS name \nFROM users) AS anon_1",
        "",
    );
    let page = select(x.users.columns())
        .order_by([x.u("id")])
        .limit(2)
        .offset(1)
        .into_query()
        .subquery(None);
    check(
        select(page.columns()),
        "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active \nFROM (SELECT users.id AS id, users.name AS name, \
         users.age AS age, users.active AS active \nFROM users ORDER BY users.id\n LIMIT ? OFFSET ?) AS anon_1",
        "2, 1",
    );
}

#[test]
fn compounds() {
    let x = fixture();
    let q = |expr: Expr| select([expr]).into_query();
    let (u_id, b_id) = (q(x.u("id")), q(x.b("id")));
    let make = |keyword, selects| Query::Compound(Rc::new(compound(keyword, selects)));
    check(
        make(CompoundKeyword::Union, vec![u_id.clone(), b_id.clone()]),
        "SELECT users.id \nFROM users UNION SELECT books.id \nFROM books",
        "",
    );
    let mut all = compound(
        CompoundKeyword::UnionAll,
        vec![
            select([x.u("id")])
                .order_by([x.u("id")])
                .limit(1)
                .into_query(),
            b_id.clone(),
        ],
    );
    all.order_by = vec![textual("id")];
    all.limit = Some(lazyscope::orm::sql::select::limit_param(2));
    check(
        Query::Compound(Rc::new(all)),
        "(SELECT users.id \nFROM users ORDER BY users.id\n LIMIT ? OFFSET ?) UNION ALL SELECT books.id \nFROM books \
         ORDER BY id\n LIMIT ? OFFSET ?",
        "1, 0, 2, 0",
    );
    let sub = make(
        CompoundKeyword::Union,
        vec![
            select([x.u("id"), x.u("name")]).into_query(),
            select([x.b("id"), x.b("title")]).into_query(),
        ],
    )
    .subquery(None);
    check(
        select(sub.columns()),
        "SELECT anon_1.id, anon_1.name \nFROM (SELECT users.id AS id, users.name AS name \nFROM users UNION SELECT \
         books.id AS id, books.title AS title \nFROM books) AS anon_1",
        "",
    );
    check(
        make(
            CompoundKeyword::Union,
            vec![
                u_id,
                make(CompoundKeyword::Intersect, vec![b_id, q(x.u("age"))]),
            ],
        ),
        "SELECT users.id \nFROM users UNION (SELECT books.id \nFROM books INTERSECT SELECT users.age \nFROM users)",
        "",
    );
}

#[test]
fn common_table_expressions() {
    let x = fixture();
    let cte = select([x.u("id"), x.u("name")])
        .where_(gt(&x.u("age"), 2))
        .into_query()
        .cte(Some("c"), false, false);
    let with = "WITH c AS \n(SELECT users.id AS id, users.name AS name \nFROM users \nWHERE users.age > ?)\n ";
    check(
        select([c(&cte, "name")]).where_(eq(&c(&cte, "id"), 1)),
        &format!("{with}SELECT c.name \nFROM c \nWHERE c.id = ?"),
        "2, 1",
    );
    let anonymous = select([x.u("id")]).into_query().cte(None, false, false);
    check(
        select(anonymous.columns()),
        "WITH anon_1 AS \n(SELECT users.id AS id \nFROM users)\n SELECT anon_1.id \nFROM anon_1",
        "",
    );
    let ca = cte.alias(Some("ca"));
    check(
        select([c(&cte, "id"), c(&ca, "id")]).where_(eq(&c(&cte, "id"), c(&ca, "id"))),
        &format!("{with}SELECT c.id, ca.id AS id_1 \nFROM c, c AS ca \nWHERE c.id = ca.id"),
        "2",
    );
    let first = select([x.u("id"), x.u("age")])
        .where_(eq(&x.u("id"), 1))
        .into_query()
        .cte(Some("r"), true, false);
    let rest = select([x.u("id"), x.u("age")])
        .where_(eq(&x.u("age"), c(&first, "id")))
        .into_query();
    let recursive = first
        .cte_compound(CompoundKeyword::UnionAll, vec![rest])
        .unwrap();
    check(
        select([c(&recursive, "id")]),
        "WITH RECURSIVE r(id, age) AS \n(SELECT users.id AS id, users.age AS age \nFROM users \nWHERE users.id = ? \
         UNION ALL SELECT users.id AS id, users.age AS age \nFROM users, r \nWHERE users.age = r.id)\n SELECT r.id \
         \nFROM r",
        "1",
    );
}

#[test]
fn text_and_names() {
    let text = |sql: &str| TextClause::new(sql);
    let t = FromClause::new(lazyscope::orm::sql::FromKind::Text(text("t").into_expr()));
    check(
        select([text("a, b").into_expr()])
            .select_from(&t)
            .where_(text("x = :x").with_value("x", 5.into()).into_expr()),
        "SELECT a, b \nFROM t \nWHERE x = ?",
        "5",
    );
    check(
        Statement::Text(Rc::new(
            text("select '\\:a', b::c, :d").with_value("d", 1.into()),
        )),
        "select ':a', b::c, ?",
        "1",
    );
    let names = Table::lightweight(
        "Order",
        ["group", "Name", "a b", "2x"]
            .map(|name| Column::new(name, SqlType::Integer))
            .to_vec(),
    );
    check(
        select(names.columns()),
        "SELECT \"Order\".\"group\", \"Order\".\"Name\", \"Order\".\"a b\", \"Order\".\"2x\" \nFROM \"Order\"",
        "",
    );
}
