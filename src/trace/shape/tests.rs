use super::{Role, of};

#[track_caller]
fn check(sql: &str, expected: &str) {
    assert_eq!(of(sql).text, expected, "{sql}");
}

#[track_caller]
fn check_same(texts: &[&str]) {
    let first = of(texts[0]).text;
    for text in texts {
        assert_eq!(of(text).text, first, "{text}");
    }
}

#[track_caller]
fn check_apart(texts: &[&str]) {
    for (at, a) in texts.iter().enumerate() {
        for b in &texts[at + 1..] {
            assert_ne!(of(a).text, of(b).text, "{a}\n{b}");
        }
    }
}

#[test]
fn values_comments_and_case() {
    check(
        "select  a\nfrom t -- x\n where /* y */ b = 5",
        "SELECT a FROM t WHERE b = ?",
    );
    check_same(&[
        "SELECT a FROM t WHERE b = 1 AND c = 'x'",
        "SELECT a FROM t WHERE b = -2.5 AND c = ?",
        "SELECT a FROM t WHERE b = :b AND c = x'00'",
        "select A from T where B == ?1 and C = true",
    ]);
    check("SELECT count(*) FROM t", "SELECT count(*) FROM t");
    check("SELECT a - 1, -1 FROM t", "SELECT a - ?, ? FROM t");
}

#[test]
fn lists() {
    check(
        "SELECT a FROM t WHERE b IN (1, 2, 3)",
        "SELECT a FROM t WHERE b IN (?)",
    );
    check_same(&[
        "SELECT a FROM t WHERE b IN (?)",
        "SELECT a FROM t WHERE b IN (?, ?)",
    ]);
    check(
        "SELECT a FROM t WHERE (b, c) IN ((1, 2), (3, 4))",
        "SELECT a FROM t WHERE (b, c) IN ((?, ?))",
    );
    check_same(&[
        "INSERT INTO t (a, b) VALUES (1, NULL)",
        "INSERT INTO t (a, b) VALUES (1, NULL), (2, NULL), (3, NULL)",
    ]);
    check_apart(&[
        "SELECT a FROM t WHERE b IN (1, 2)",
        "SELECT a FROM t WHERE b NOT IN (1, 2)",
        "SELECT a FROM t WHERE b IN (SELECT 1)",
        "SELECT a FROM t WHERE b = 1",
        "SELECT a FROM t WHERE b IS NULL",
        "SELECT a FROM t WHERE b IS NOT NULL",
        "SELECT a FROM t WHERE b IS ?",
        "SELECT a FROM t WHERE b IN (?) OR c",
    ]);
}

#[test]
fn aliases() {
    check(
        "SELECT b.id AS b_id FROM books AS b WHERE b.author_id = 3",
        "SELECT books.id FROM books WHERE books.author_id = ?",
    );
    check_same(&[
        "SELECT b.id AS x FROM books AS b WHERE b.a = 1 ORDER BY x",
        "SELECT q.id AS y FROM books q WHERE q.a = 1 ORDER BY y",
    ]);
    check_same(&[
        "SELECT n.id FROM node AS n JOIN node AS m ON n.id = m.parent_id",
        "SELECT node.id FROM node JOIN node AS node_1 ON node.id = node_1.parent_id",
    ]);
    check_same(&[
        "SELECT a.x AS ax, b_1.y AS by FROM (SELECT t.x AS x FROM t LIMIT ?) AS a LEFT OUTER JOIN b AS b_1 ON a.x = b_1.x",
        "SELECT z.w AS q, k.y AS e FROM (SELECT o.x AS w FROM t AS o LIMIT ?) AS z LEFT OUTER JOIN b AS k ON z.w = k.x",
    ]);
    check_same(&[
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT c.n + 1 FROM c) SELECT d.n FROM c AS d",
        "WITH RECURSIVE w(n) AS (SELECT 1 UNION ALL SELECT w.n + 1 FROM w) SELECT w.n FROM w",
    ]);
    check(
        "SELECT CAST(a AS INTEGER) AS b FROM t",
        "SELECT CAST (a AS integer) FROM t",
    );
    check(
        "UPDATE books AS b SET a = 1 WHERE b.id = 2",
        "UPDATE books SET a = ? WHERE books.id = ?",
    );
}

#[test]
fn tables_and_names_are_never_merged() {
    check_apart(&[
        "SELECT x.id FROM authors AS x",
        "SELECT x.id FROM books AS x",
        "SELECT x.id FROM \"Books\" AS x",
        "SELECT x.id FROM \"books\" AS x",
        "SELECT x.id FROM main.books AS x",
        "SELECT x.id FROM books AS x, books AS y",
        "SELECT y.id FROM books AS x, books AS y",
        "SELECT x.id FROM (SELECT books.id FROM books) AS x",
    ]);
    check_apart(&[
        "SELECT a.id FROM books AS a WHERE a.author_id = ?",
        "SELECT a.id FROM books AS a WHERE a.editor_id = ?",
    ]);
    check_apart(&[
        "SELECT a AS n FROM t WHERE n = ?",
        "SELECT a AS m FROM t WHERE m = ?",
        "SELECT a AS n FROM t WHERE \"n\" = ?",
    ]);
    check_apart(&[
        "SELECT 1 FROM t UNION SELECT a.x FROM b AS a",
        "SELECT 1 FROM t UNION SELECT a.x FROM c AS a",
    ]);
    check_apart(&[
        "SELECT a, b FROM t ORDER BY a",
        "SELECT a, b FROM t ORDER BY b",
    ]);
    check(
        "SELECT \"order\".\"id\" FROM \"order\"",
        "SELECT \"order\".\"id\" FROM \"order\"",
    );
}

#[test]
fn keys_lists_and_nothing_stay_apart() {
    check_apart(&[
        "SELECT a FROM t WHERE b = ?",
        "SELECT a FROM t WHERE b IN (?)",
        "SELECT a FROM t WHERE b IS NULL",
        "SELECT a FROM t WHERE b = ? OR b IS NULL",
        "SELECT a FROM t WHERE b <> ?",
        "SELECT a FROM t WHERE b LIKE ?",
        "SELECT a FROM t WHERE b BETWEEN ? AND ?",
        "SELECT a FROM t WHERE c = ?",
        "SELECT a FROM t WHERE b = ? LIMIT ?",
        "SELECT a FROM t WHERE b = c",
        "SELECT DISTINCT a FROM t WHERE b = ?",
        "SELECT a FROM t WHERE b = ? ORDER BY a",
        "SELECT a FROM t WHERE b = ? ORDER BY a DESC",
        "SELECT count(a) FROM t WHERE b = ?",
        "SELECT a FROM t AS x, t AS y WHERE x.b = ?",
        "DELETE FROM t WHERE b = ?",
        "UPDATE t SET a = ? WHERE b = ?",
    ]);
    check_same(&[
        "SELECT a FROM t WHERE b IN (1, 2) AND c = 'it''s -- no comment'",
        "SELECT a FROM t WHERE b IN (?, ?, ?) /* a comment */ AND c = ?",
        "SELECT a -- IN (9)\n FROM t AS x WHERE b IN ( :b ) AND c = $c",
        "select a from t where b in (-1) and c == 'x';",
    ]);
}

#[test]
fn what_looks_like_a_comment_or_a_list_in_quotes_is_neither() {
    check_apart(&[
        "SELECT \"a -- b\" FROM t",
        "SELECT \"a -- c\" FROM t",
        "SELECT \"a\" FROM t",
        "SELECT [a] FROM t",
        "SELECT a FROM t",
    ]);
    check_same(&["SELECT '/*' , a FROM t", "SELECT '*/' , a FROM t"]);
    check_apart(&[
        "SELECT a FROM \"T\" WHERE b = 1",
        "SELECT a FROM \"t\" WHERE b = 1",
        "SELECT a FROM t WHERE b = 1",
    ]);
}

#[test]
fn one_alias_for_two_tables_never_merges_them() {
    check_apart(&[
        "SELECT x.id FROM a AS x WHERE EXISTS (SELECT 1 FROM b AS x WHERE x.y = ?)",
        "SELECT x.id FROM b AS x WHERE EXISTS (SELECT 1 FROM a AS x WHERE x.y = ?)",
        "SELECT x.id FROM a AS x WHERE EXISTS (SELECT 1 FROM a AS x WHERE x.y = ?)",
    ]);
    check_apart(&[
        "WITH q AS (SELECT id FROM a) SELECT q.id FROM q",
        "WITH q AS (SELECT id FROM b) SELECT q.id FROM q",
        "SELECT q.id FROM q",
    ]);
    check_apart(&[
        "SELECT x.n, y.n FROM a AS x JOIN b AS y ON x.id = y.a_id",
        "SELECT x.n, y.n FROM b AS x JOIN a AS y ON x.id = y.a_id",
        "SELECT x.n, y.n FROM a AS x JOIN a AS y ON x.id = y.a_id",
    ]);
    check_apart(&[
        "INSERT INTO a (x) VALUES (?)",
        "INSERT INTO b (x) VALUES (?)",
        "INSERT INTO a (y) VALUES (?)",
        "INSERT INTO a (x) SELECT x FROM b",
        "INSERT INTO a (x) SELECT x FROM c",
    ]);
}

#[test]
fn no_text_is_too_odd() {
    for sql in [
        "",
        ";",
        ")",
        "((((",
        "'",
        "SELECT",
        "FROM",
        "SELECT FROM WHERE",
        "AS",
        "WITH",
        "INSERT INTO",
        "x IN (",
        "SELECT a.",
        "SELECT a FROM t AS",
        "VALUES (",
        "\u{0}",
        "é = ?",
        "SELECT \"a",
        "UPDATE",
        "ON CONFLICT DO UPDATE SET",
        "))) , ,, FROM (((",
        "LIMIT",
    ] {
        let _ = of(sql);
    }
}

#[track_caller]
fn check_tables(sql: &str, reads: &[&str], writes: Option<&str>) {
    let facts = of(sql).facts;
    assert_eq!(facts.reads, reads, "{sql}");
    assert_eq!(facts.writes.as_deref(), writes, "{sql}");
}

#[test]
fn tables() {
    check_tables("SELECT 1", &[], None);
    check_tables(
        "SELECT * FROM a JOIN B ON 1 LEFT JOIN (c CROSS JOIN d), \"E\"",
        &["a", "b", "c", "d", "e"],
        None,
    );
    check_tables(
        "SELECT * FROM (SELECT * FROM a AS x) AS y WHERE EXISTS (SELECT 1 FROM z)",
        &["a", "z"],
        None,
    );
    check_tables("WITH q AS (SELECT * FROM a) SELECT * FROM q", &["a"], None);
    check_tables("INSERT INTO a (x) VALUES (1) RETURNING id", &[], Some("a"));
    check_tables("INSERT INTO a (x) SELECT y FROM b", &["b"], Some("a"));
    check_tables(
        "INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2",
        &[],
        Some("a"),
    );
    check_tables(
        "UPDATE a SET x = 1 WHERE y IN (SELECT z FROM c)",
        &["c"],
        Some("a"),
    );
    check_tables("DELETE FROM a WHERE x = 1", &[], Some("a"));
    check_tables("SELECT a.x IS DISTINCT FROM b FROM a", &["a"], None);
    check_tables(
        "SELECT x FROM a UNION ALL SELECT x FROM b",
        &["a", "b"],
        None,
    );
    check_tables("SELECT value FROM json_each(?) AS j", &[], None);
    assert!(of("CREATE TABLE a (x)").facts.changes_all);
    assert!(!of("ROLLBACK").facts.changes_all);
    assert!(!of("COMMIT").facts.changes_all);
    assert!(of("SELECT random()").facts.is_volatile);
    assert!(of("SELECT CURRENT_TIMESTAMP").facts.is_volatile);
    assert!(
        of("SELECT a FROM t WHERE b < current_date")
            .facts
            .is_volatile
    );
    assert!(
        !of("SELECT current_user_id, \"current_date\" FROM t")
            .facts
            .is_volatile
    );
}

/// Roles as `column`, `<column`, `page`, `-`; the number of values of a list after it.
#[track_caller]
fn check_roles(sql: &str, expected: &str) {
    let told: Vec<String> = of(sql)
        .facts
        .slots
        .iter()
        .map(|slot| match &slot.role {
            Role::Key(key) => {
                let table = key.table.as_deref().unwrap_or("?");
                let many = if key.of > 1 {
                    format!("*{}", key.of)
                } else {
                    String::new()
                };
                let function = key.function.iter().map(|name| format!("{name}:"));
                format!(
                    "{}{table}.{}{many}",
                    function.collect::<String>(),
                    key.column
                )
            }
            Role::Range(key) => format!("<{}", key.column),
            Role::Page => "page".into(),
            Role::Other => "-".into(),
        })
        .collect();
    assert_eq!(told.join(" "), expected, "{sql}");
}

#[test]
fn roles_of_values() {
    check_roles("SELECT 1 FROM t WHERE a = ? AND t.b = 2", "- t.a t.b");
    check_roles(
        "SELECT a FROM books AS b WHERE ? = b.author_id",
        "books.author_id",
    );
    check_roles(
        "SELECT a FROM t WHERE a > ? AND b <= ? AND ? < c",
        "<a <b <c",
    );
    check_roles("SELECT a FROM t WHERE a BETWEEN ? AND ?", "<a <a");
    check_roles(
        "SELECT a FROM t WHERE a = ? LIMIT ? OFFSET ?",
        "t.a page page",
    );
    check_roles("SELECT a FROM t WHERE a IN (?, ?)", "t.a*2 t.a*2");
    check_roles("SELECT a FROM t WHERE a IN (?)", "t.a");
    check_roles("SELECT a FROM t WHERE (a, t.b) IN ((?, ?))", "t.a t.b");
    check_roles(
        "SELECT a FROM t WHERE (a, b) IN ((?, 1), (?, 2)) AND c = ?",
        "t.a*2 t.b*2 t.a*2 t.b*2 t.c",
    );
    check_roles(
        "SELECT a FROM t WHERE (a, b) IN (VALUES (?, ?)) AND c = ?",
        "t.a t.b t.c",
    );
    check_roles("SELECT a FROM t WHERE (t.a, t.b) = (?, ?)", "t.a t.b");
    check_roles("SELECT a FROM t WHERE (a, b + 1) IN ((?, ?))", "- - -");
    check_roles("SELECT a FROM t WHERE (a, b) > (?, ?)", "- -");
    check_roles("SELECT a FROM t, u WHERE a = ? AND u.b = ?", "?.a u.b");
    check_roles("UPDATE t SET a = ? WHERE t.id = ?", "- t.id");
    check_roles("INSERT INTO t VALUES (?, ?)", "- -");
    check_roles(
        "SELECT a FROM t WHERE lower(a) = ? AND a LIKE ?",
        "lower:t.a -",
    );
    check_roles(
        "SELECT a FROM t WHERE substr(t.a, ?, 2) = ? AND f(a, b) = 3",
        "- - substr:t.a -",
    );
    check_roles("SELECT a FROM t WHERE a IN (b) AND (a) = ?", "-");
    check_roles(
        "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.x = ?)",
        "- u.x",
    );
}

#[track_caller]
fn check_unconnected(sql: &str, expected: &[&str]) {
    assert_eq!(of(sql).facts.unconnected, expected, "{sql}");
}

#[test]
fn tables_without_a_join_between_them() {
    check_unconnected("SELECT * FROM a, b", &["a", "b"]);
    check_unconnected("SELECT * FROM a CROSS JOIN b", &["a", "b"]);
    check_unconnected("SELECT * FROM a JOIN b", &["a", "b"]);
    check_unconnected("SELECT * FROM a, b WHERE a.x = ? AND b.y = ?", &["a", "b"]);
    check_unconnected("SELECT * FROM a, b JOIN c ON b.x = c.x", &["a", "b", "c"]);
    check_unconnected(
        "SELECT * FROM x WHERE EXISTS (SELECT 1 FROM a, b)",
        &["a", "b"],
    );
    check_unconnected("SELECT a.x FROM a AS p, a AS q", &["a", "a#2"]);
    for connected in [
        "SELECT * FROM a",
        "SELECT * FROM a, b WHERE a.x = b.x",
        "SELECT * FROM a, b WHERE a.y = ? AND (a.x = b.x OR b.x IS NULL)",
        "SELECT * FROM a JOIN b ON a.x = b.x",
        "SELECT * FROM a LEFT OUTER JOIN b AS b_1 ON a.x = b_1.x LEFT OUTER JOIN c ON c.x = b_1.x",
        "SELECT * FROM a JOIN b USING (x)",
        "SELECT * FROM a NATURAL JOIN b",
        "SELECT * FROM a JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x",
        "SELECT * FROM a, b WHERE author_id = a.id",
        "SELECT * FROM a, b, c WHERE a.x = b.x AND c.x = b.x",
        "SELECT * FROM a WHERE a.x IN (SELECT b.x FROM b WHERE b.y = a.y)",
        "SELECT * FROM a, json_each(a.x)",
        "SELECT * FROM a, (SELECT max(x) AS m FROM b) AS q",
        "SELECT x FROM a UNION SELECT x FROM b",
        "INSERT INTO a SELECT * FROM b",
        "SELECT * FROM a LEFT JOIN (a_b AS m JOIN b ON b.id = m.b_id) ON a.id = m.a_id",
    ] {
        check_unconnected(connected, &[]);
    }
}

#[test]
fn limits_that_count_rows_of_a_join() {
    let limit = |sql: &str| of(sql).facts.limit_of_join;
    assert_eq!(
        limit("SELECT * FROM a JOIN b ON a.x = b.x WHERE a.y = ? LIMIT ?"),
        Some(1)
    );
    assert_eq!(limit("SELECT * FROM a LIMIT ?"), None);
    assert_eq!(
        limit("SELECT * FROM (SELECT * FROM a LIMIT ?) AS q LEFT JOIN b ON q.x = b.x"),
        None
    );
}

proptest::proptest! {
    /// Whatever is thrown together from the words of SQL is folded without a panic, and spaces change nothing.
    #[test]
    fn any_sequence_of_words(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..40)) {
        let sql = words.join(" ");
        assert_eq!(of(&sql), of(&sql.replace(' ', "  \n")));
    }
}

const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "a",
    "b",
    "\"c\"",
    ".",
    ",",
    "(",
    ")",
    "=",
    "<",
    "AS",
    "JOIN",
    "ON",
    "LEFT",
    "NATURAL",
    "USING",
    "IN",
    "VALUES",
    "?",
    "1",
    "-",
    "'x'",
    "AND",
    "OR",
    "LIMIT",
    "OFFSET",
    "ORDER",
    "BY",
    "GROUP",
    "UNION",
    "WITH",
    "RECURSIVE",
    "INSERT",
    "INTO",
    "UPDATE",
    "SET",
    "DELETE",
    "RETURNING",
    "BETWEEN",
    "NOT",
    "NULL",
    "IS",
    "DISTINCT",
    "EXISTS",
    "CASE",
    "END",
    "*",
    ":",
    "@",
    "count",
    "CROSS",
    "DO",
    "REPLACE",
];
