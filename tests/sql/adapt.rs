//! Expressions moved onto an alias or subquery.

use lazyscope::orm::sql::ClauseAdapter;
use lazyscope::orm::sql::expr::{Op, and_};

use crate::fixture::{c, check, eq, f1, fixture, op, select};

#[test]
fn columns_become_those_of_the_alias() {
    let x = fixture();
    let alias = x.users.alias(None);
    let adapter = ClauseAdapter::new(&alias);
    let criterion = and_([eq(&x.u("id"), x.b("author_id")), eq(&x.u("name"), "x")]);
    check(
        select([adapter.traverse(&x.u("id"))])
            .where_(adapter.traverse(&criterion))
            .order_by([adapter.traverse(&x.u("age").desc())]),
        "SELECT users_1.id \nFROM users AS users_1, books \nWHERE users_1.id = books.author_id AND users_1.name = ? \
         ORDER BY users_1.age DESC",
        "'x'",
    );
}

#[test]
fn expressions_become_the_columns_that_select_them() {
    let x = fixture();
    let next = op(&x.u("age"), Op::Add, 1);
    let count = f1("count", &x.u("id")).label(Some("n"));
    let sub = select([x.u("name"), next.clone(), count.clone()])
        .into_query()
        .subquery(None);
    let adapter = ClauseAdapter::new(&sub);
    check(
        select([adapter.traverse(&x.u("name"))]).order_by([
            adapter.traverse(&next),
            adapter.traverse(&count),
            adapter.traverse(&x.b("id")),
        ]),
        "SELECT anon_1.name \nFROM (SELECT users.name AS name, users.age + ? AS anon_2, count(users.id) AS n \nFROM \
         users) AS anon_1 ORDER BY anon_1.anon_2, anon_1.n, books.id",
        "1",
    );
}

#[test]
fn selects_inside_are_rewritten_too() {
    let x = fixture();
    let alias = x.users.alias(Some("u"));
    let exists = select([x.b("id")])
        .where_(eq(&x.b("author_id"), x.u("id")))
        .into_query()
        .exists();
    check(
        select([c(&alias, "id")]).where_(ClauseAdapter::new(&alias).traverse(&exists)),
        "SELECT u.id \nFROM users AS u \nWHERE EXISTS (SELECT books.id \nFROM books \nWHERE books.author_id = u.id)",
        "",
    );
}
