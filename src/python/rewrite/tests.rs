mod joins;
mod loops;

use super::*;
use crate::trace::{Rewrite, Strategy};

const HEAD: &str = "\
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, relationship
class Author:
    books = relationship()
class Book:
    reviews: list = relationship(\"Review\", lazy='select')
";

/// `selectin Author.books, selectin Book.reviews`; several paths by ` + `.
fn paths(text: &str) -> Vec<Vec<LoadStep>> {
    let step = |step: &str| {
        let (name, key) = step.split_once(' ').expect("a strategy and a key");
        let tree = name.strip_prefix("tree-");
        let one = name.strip_prefix("one-");
        let strategy = Strategy::from_name(tree.or(one).unwrap_or(name));
        match (strategy, name) {
            (Some(strategy), _) => LoadStep {
                is_recursive: tree.is_some(),
                is_collection: one.is_none(),
                ..LoadStep::load(strategy, key.into())
            },
            (None, option) => LoadStep {
                option: ["undefer", "undefer_group"]
                    .into_iter()
                    .find(|it| *it == option)
                    .expect("a strategy or an option"),
                key: key.into(),
                strategy: None,
                is_recursive: false,
                is_collection: false,
            },
        }
    };
    let path = |path: &str| path.split(", ").map(step).collect();
    text.split(" + ").map(path).collect()
}

fn number(source: &str, marked: &str) -> u32 {
    let mut lines = source.lines();
    lines
        .position(|line| line.contains(marked))
        .expect("a marked line") as u32
        + 1
}

/// Puts options at the query of the line that ends in `#`, and expects the code to become that, and the import to name
/// all that is used.
#[track_caller]
fn check(code: &str, wanted: &str, expected: &str) {
    let source = format!("{HEAD}{code}");
    let edit = with_options(&source, number(&source, "#"), &paths(wanted)).expect("a query");
    let applied = edit.apply(&source);
    let (head, rest) = applied
        .split_at(applied.len() - (applied.len() - applied.find("class A").expect("the head")));
    let rest = &rest[HEAD.len() - HEAD.find("class A").expect("the head")..];
    assert_eq!(rest, expected);
    for option in [
        "selectinload",
        "joinedload",
        "lazyload",
        "subqueryload",
        "undefer_group",
    ] {
        // A method needs no import.
        let called = rest
            .replace(&format!(".{option}("), "")
            .contains(&format!("{option}("));
        assert!(
            !called || code.contains(&format!("{option}(")) || head.contains(option),
            "{option} is not imported:\n{applied}"
        );
    }
    parser::parse_module(&applied).expect("it is Python");
}

#[track_caller]
fn check_error(code: &str, wanted: &str, expected: &str) {
    let source = format!("{HEAD}{code}");
    let error = with_options(&source, number(&source, "#"), &paths(wanted));
    assert_eq!(error.expect_err("nothing to find").to_string(), expected);
}

const BOOKS: &str = "selectin Author.books";

#[test]
fn at_the_select_of_the_line() {
    check(
        "a = session.scalars(select(Author).order_by(Author.id)).all()  #\n",
        BOOKS,
        "a = session.scalars(select(Author).options(selectinload(Author.books)).order_by(Author.id)).all()  #\n",
    );
    check(
        "for a in s.scalars(sa.select(Author)):  #\n    print(a)\n",
        BOOKS,
        "for a in s.scalars(sa.select(Author).options(selectinload(Author.books))):  #\n    print(a)\n",
    );
    check(
        "x = [a.name for a in s.scalars(select(Author))]; y = 1  #\n",
        BOOKS,
        "x = [a.name for a in s.scalars(select(Author).options(selectinload(Author.books)))]; y = 1  #\n",
    );
    check(
        "async def f(s):\n    return (await s.scalars(select(Book, Author).join(Author)))  #\n",
        BOOKS,
        "async def f(s):\n    return (await s.scalars(select(Book, Author).options(selectinload(Author.books)).join(Author)))  #\n",
    );
}

#[test]
fn the_older_query_as_well() {
    check(
        "for a in s.query(Author).filter(Author.id > 3): print(a)  #\n",
        BOOKS,
        "for a in s.query(Author).options(selectinload(Author.books)).filter(Author.id > 3): print(a)  #\n",
    );
    check(
        "q = s.query(Author)\nif x:\n    q = q.limit(3)\nall = q.all()  #\n",
        BOOKS,
        "q = s.query(Author)\nif x:\n    q = q.limit(3)\nall = q.options(selectinload(Author.books)).all()  #\n",
    );
}

#[test]
fn over_several_lines() {
    check(
        "rows = s.scalars(\n    select(Author)\n    .where(Author.id > 1)\n    .limit(3)  #\n).all()\n",
        BOOKS,
        "rows = s.scalars(\n    select(Author)\n    .options(selectinload(Author.books))\n    .where(Author.id > 1)\n    .limit(3)  #\n).all()\n",
    );
    check(
        "rows = s.scalars(  #\n    select(\n        Author\n    ).where(Author.id > 1)\n).all()\n",
        BOOKS,
        "rows = s.scalars(  #\n    select(\n        Author\n    ).options(selectinload(Author.books)).where(Author.id > 1)\n).all()\n",
    );
}

#[test]
fn where_a_name_was_given_to_it() {
    check(
        "query = select(Author).limit(3)\nrows = s.scalars(query.order_by(Author.id)).all()  #\n",
        BOOKS,
        "query = select(Author).options(selectinload(Author.books)).limit(3)\nrows = s.scalars(query.order_by(Author.id)).all()  #\n",
    );
    // One name for two queries, as in two cells.
    check(
        "query = select(Author).options(joinedload(Author.books))\nrows = s.scalars(query)  #\nquery = select(Author)\nrows = s.scalars(query)\n",
        BOOKS,
        "query = select(Author).options(selectinload(Author.books))\nrows = s.scalars(query)  #\nquery = select(Author)\nrows = s.scalars(query)\n",
    );
    // Made in a branch, so it may be another one.
    check(
        "if x:\n    query = select(Author)\nelse:\n    query = select(Author).limit(3)\nrows = s.scalars(query)  #\n",
        BOOKS,
        "if x:\n    query = select(Author)\nelse:\n    query = select(Author).limit(3)\nrows = s.scalars(query.options(selectinload(Author.books)))  #\n",
    );
    // Used again elsewhere: only this use of it changes.
    check(
        "query = select(Author)\nn = s.execute(query)\nrows = s.scalars(query.limit(3))  #\n",
        BOOKS,
        "query = select(Author)\nn = s.execute(query)\nrows = s.scalars(query.options(selectinload(Author.books)).limit(3))  #\n",
    );
    check(
        "def page(n):\n    return select(Author).limit(n)\nrows = s.scalars(page(3))  #\n",
        BOOKS,
        "def page(n):\n    return select(Author).limit(n)\nrows = s.scalars(page(3).options(selectinload(Author.books)))  #\n",
    );
    check(
        "def rows(s, statement):\n    return s.scalars(statement).all()  #\nrows(s, select(Author))\nrows(s, select(Book))\n",
        BOOKS,
        "def rows(s, statement):\n    return s.scalars(statement).all()  #\nrows(s, select(Author).options(selectinload(Author.books)))\nrows(s, select(Book))\n",
    );
    check(
        "a = aliased(Author)\nrows = s.scalars(select(a).where(a.id > 1))  #\n",
        BOOKS,
        "a = aliased(Author)\nrows = s.scalars(select(a).options(selectinload(a.books)).where(a.id > 1))  #\n",
    );
}

#[test]
fn beside_the_options_that_there_are() {
    check(
        "rows = s.scalars(select(Author).options(joinedload(Author.prizes)))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(joinedload(Author.prizes), selectinload(Author.books)))  #\n",
    );
    check(
        "rows = s.scalars(select(Author).options(\n    joinedload(Author.prizes),\n))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(\n    joinedload(Author.prizes),\n    selectinload(Author.books),\n))  #\n",
    );
    // In the place of one that says otherwise.
    check(
        "rows = s.scalars(select(Author).options(joinedload(Author.books, innerjoin=True)))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(selectinload(Author.books)))  #\n",
    );
    check(
        "rows = s.scalars(select(Author).options(orm.joinedload(Author.books)).limit(1))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(orm.selectinload(Author.books)).limit(1))  #\n",
    );
    check(
        "rows = s.scalars(select(Author).options(Load(Author).joinedload(Author.books)))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(Load(Author).selectinload(Author.books)))  #\n",
    );
}

#[test]
fn paths_are_gone_on_with() {
    let deeper = "selectin Author.books, selectin Book.reviews";
    check(
        "rows = s.scalars(select(Author))  #\n",
        deeper,
        "rows = s.scalars(select(Author).options(selectinload(Author.books).selectinload(Book.reviews)))  #\n",
    );
    check(
        "rows = s.scalars(select(Author).options(selectinload(Author.books)))  #\n",
        deeper,
        "rows = s.scalars(select(Author).options(selectinload(Author.books).selectinload(Book.reviews)))  #\n",
    );
    check(
        "rows = s.scalars(select(Author).options(defaultload(Author.books)))  #\n",
        deeper,
        "rows = s.scalars(select(Author).options(defaultload(Author.books).selectinload(Book.reviews)))  #\n",
    );
    check(
        "rows = s.scalars(select(Author).options(joinedload(Author.books).joinedload(Book.reviews)))  #\n",
        "joined Author.books, selectin Book.reviews",
        "rows = s.scalars(select(Author).options(joinedload(Author.books).selectinload(Book.reviews)))  #\n",
    );
    // What goes on beyond the path goes on as it did.
    check(
        "rows = s.scalars(select(Author).options(joinedload(Author.books).joinedload(Book.reviews)))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(selectinload(Author.books).joinedload(Book.reviews)))  #\n",
    );
    // Another path from the same relationship is another option.
    check(
        "rows = s.scalars(select(Author).options(joinedload(Author.books).joinedload(Book.author)))  #\n",
        "joined Author.books, selectin Book.reviews",
        "rows = s.scalars(select(Author).options(joinedload(Author.books).joinedload(Book.author), joinedload(Author.books).selectinload(Book.reviews)))  #\n",
    );
}

#[test]
fn options_in_options_are_changed_where_they_stand() {
    let code = |inner: &str| {
        format!(
            "rows = s.scalars(select(Author).options(joinedload(Author.books).options({inner})))  #\n"
        )
    };
    check(
        &code("joinedload(Book.reviews), joinedload(Book.author)"),
        "joined Author.books, selectin Book.reviews",
        &code("selectinload(Book.reviews), joinedload(Book.author)"),
    );
    check(
        &code("joinedload(Book.author)"),
        "joined Author.books, selectin Book.reviews",
        &code("joinedload(Book.author), selectinload(Book.reviews)"),
    );
    check(
        &code("joinedload(Book.author)").replace("joinedload(Author.books)", "Load(Author)"),
        BOOKS,
        &code("joinedload(Book.author)").replace(
            "joinedload(Author.books).options(joinedload(Book.author))",
            "Load(Author).options(joinedload(Book.author)), selectinload(Author.books)",
        ),
    );
    // What narrows a collection goes on narrowing it.
    check(
        "rows = s.scalars(select(Author).options(joinedload(Author.books.and_(Book.id > 3))))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(selectinload(Author.books.and_(Book.id > 3))))  #\n",
    );
}

#[test]
fn several_paths_at_once() {
    check(
        "rows = s.scalars(select(Author).options(joinedload(Author.books), joinedload(Author.prizes), joinedload(Author.x)))  #\n",
        "selectin Author.books + selectin Author.prizes",
        "rows = s.scalars(select(Author).options(selectinload(Author.books), selectinload(Author.prizes), joinedload(Author.x)))  #\n",
    );
}

#[test]
fn a_tree_is_loaded_to_its_last_level() {
    check(
        "a = s.get(Author, 1)  #\n",
        "tree-selectin Author.pupils",
        "a = s.get(Author, 1, options=[selectinload(Author.pupils, recursion_depth=-1)])  #\n",
    );
    check(
        "rows = s.scalars(select(Author).options(selectinload(Author.pupils)))  #\n",
        "tree-selectin Author.pupils",
        "rows = s.scalars(select(Author).options(selectinload(Author.pupils, recursion_depth=-1)))  #\n",
    );
    check_error(
        "rows = s.scalars(select(Author).options(selectinload(Author.pupils, recursion_depth=-1)))  #\n",
        "tree-selectin Author.pupils",
        "line 7 already says so",
    );
}

#[test]
fn a_group_of_deferred_columns_comes_as_one() {
    let class = "class Long:\n    a = deferred(Column(String), group=\"texts\")\n    b: str = mapped_column(deferred_group=\"more\")\n    c = deferred(Column(String))\n";
    for (column, group) in [("a", "texts"), ("b", "more")] {
        check(
            &format!("{class}rows = s.scalars(select(Long))  #\n"),
            &format!("undefer_group Long.{column}"),
            &format!(
                "{class}rows = s.scalars(select(Long).options(undefer_group(\"{group}\")))  #\n"
            ),
        );
    }
    check_error(
        &format!("{class}rows = s.scalars(select(Long))  #\n"),
        "undefer_group Long.c",
        "Long.c is in no group of deferred columns in this file",
    );
}

#[test]
fn a_get_has_options_too() {
    check(
        "a = s.get(Author, 1, options=[joinedload(Author.books)])  #\n",
        BOOKS,
        "a = s.get(Author, 1, options=[selectinload(Author.books)])  #\n",
    );
    check(
        "a = s.get(Author, 1)  #\n",
        BOOKS,
        "a = s.get(Author, 1, options=[selectinload(Author.books)])  #\n",
    );
    check(
        "a = s.get(Author, 1, options=[joinedload(Author.prizes)])  #\n",
        BOOKS,
        "a = s.get(Author, 1, options=[joinedload(Author.prizes), selectinload(Author.books)])  #\n",
    );
}

#[test]
fn queries_in_queries_are_none() {
    check(
        "rows = s.scalars(select(Author).where(exists(select(Author).where(Author.id > 2))))  #\n",
        BOOKS,
        "rows = s.scalars(select(Author).options(selectinload(Author.books)).where(exists(select(Author).where(Author.id > 2))))  #\n",
    );
}

#[test]
fn what_is_not_found_is_said() {
    check_error(
        "rows = s.scalars(statements[0])  #\n",
        BOOKS,
        "line 7 has no query of Author that an option could be put at",
    );
    check_error(
        "rows = s.scalars(select(Author.name))  #\n",
        BOOKS,
        "line 7 has no query of Author that an option could be put at",
    );
    check_error(
        "a, b = s.scalars(select(Author)), s.scalars(select(Author).limit(1))  #\n",
        BOOKS,
        "line 7 has more than one query of Author",
    );
    check_error(
        "rows = s.scalars(select(Author).options(joinedload(Author.books)))  #\n",
        "joined Author.books",
        "line 7 already says so",
    );
    check_error("rows = (  #\n", BOOKS, "the code cannot be parsed");
}

#[track_caller]
fn check_import(import: &str, expected: &str, option: &str) {
    let code = "rows = s.scalars(select(Author))\n";
    let source = format!("{import}{code}");
    let edit = with_options(&source, number(&source, "rows"), &paths(BOOKS)).expect("a query");
    assert_eq!(
        edit.apply(&source),
        format!("{expected}rows = s.scalars(select(Author).options({option}(Author.books)))\n")
    );
}

#[test]
fn what_is_missing_is_imported() {
    check_import(
        "from sqlalchemy.orm import Session, relationship\n",
        "from sqlalchemy.orm import Session, relationship, selectinload\n",
        "selectinload",
    );
    check_import(
        "from sqlalchemy.orm import Session, subqueryload\n",
        "from sqlalchemy.orm import Session, selectinload, subqueryload\n",
        "selectinload",
    );
    check_import(
        "from sqlalchemy.orm import (\n    Session,\n    subqueryload,\n)\n",
        "from sqlalchemy.orm import (\n    Session,\n    selectinload,\n    subqueryload,\n)\n",
        "selectinload",
    );
    check_import(
        "from sqlalchemy.orm import subqueryload\n",
        "from sqlalchemy.orm import selectinload, subqueryload\n",
        "selectinload",
    );
    check_import(
        "from sqlalchemy.orm import selectinload as together\n",
        "from sqlalchemy.orm import selectinload as together\n",
        "together",
    );
    check_import(
        "from sqlalchemy import orm, select\n",
        "from sqlalchemy import orm, select\n",
        "orm.selectinload",
    );
    check_import(
        "import sqlalchemy.orm\n",
        "import sqlalchemy.orm\n",
        "sqlalchemy.orm.selectinload",
    );
    check_import(
        "from sqlalchemy import select\nimport os  # here\n\n",
        "from sqlalchemy import select\nimport os  # here\nfrom sqlalchemy.orm import selectinload\n\n",
        "selectinload",
    );
    check_import(
        "# %% A cell\n",
        "# %% A cell\nfrom sqlalchemy.orm import selectinload\n",
        "selectinload",
    );
    check_import(
        "from sqlalchemy.orm import *\n",
        "from sqlalchemy.orm import *\n",
        "selectinload",
    );
}

#[test]
fn defaults_of_the_mapping() {
    let edit = with_defaults(
        HEAD,
        paths("selectin Author.books, joined Book.reviews")
            .iter()
            .flatten(),
    );
    let applied = edit.expect("both are declared").apply(HEAD);
    assert!(
        applied.contains("    books = relationship(lazy=\"selectin\")\n"),
        "{applied}"
    );
    assert!(
        applied.contains("relationship(\"Review\", lazy=\"joined\")\n"),
        "{applied}"
    );
    let error = with_defaults(HEAD, paths("selectin Author.prizes").iter().flatten());
    assert_eq!(
        error.expect_err("no such relationship").to_string(),
        "Author.prizes is not declared as a relationship() in this file"
    );
}

#[test]
fn a_source_that_nests_deep_is_no_harm() {
    let source = format!("x = {}1{}\n", "(".repeat(190), ")".repeat(190));
    assert!(with_options(&source, 1, &paths(BOOKS)).is_err());
    let source = format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(
        with_options(&source, 1, &paths(BOOKS)),
        Err(NotFound::Syntax)
    );
}

/// Makes a change of the line that ends in `#`, and expects the code to become that.
#[track_caller]
fn check_rewrite(code: &str, of: impl FnOnce(u32) -> Rewrite, expected: &str) {
    let source = format!("{HEAD}{code}");
    let edit = with_rewrite(&source, &of(number(&source, "#"))).expect("something to change");
    let applied = edit.apply(&source);
    let rest = applied.strip_prefix(HEAD).expect("the head stays");
    assert_eq!(rest, expected);
    parser::parse_module(&applied).expect("it is Python");
    // A diff has all that changes.
    let (mut lines, mut gone) = (source.lines().count() as i64, 0);
    for line in edit.diff(&source) {
        match line {
            DiffLine::Removed(..) => gone += 1,
            DiffLine::Added(..) => lines += 1,
        }
    }
    assert_eq!(lines - gone, applied.lines().count() as i64, "{applied}");
}

#[track_caller]
fn check_no_rewrite(code: &str, of: impl FnOnce(u32) -> Rewrite, expected: &str) {
    let source = format!("{HEAD}{code}");
    let error = with_rewrite(&source, &of(number(&source, "#")));
    let line = number(&source, "#").to_string();
    assert_eq!(
        error.expect_err("nothing to change").to_string(),
        expected.replace("LINE", &line)
    );
}

fn index(column: &str) -> impl FnOnce(u32) -> Rewrite {
    let columns = column.split(' ').map(str::to_owned).collect();
    move |_| Rewrite::Index {
        table: "Prizes".into(),
        columns,
    }
}

#[test]
fn an_index_where_the_column_is_declared() {
    let class = |column: &str| {
        format!("class Prize:\n    __tablename__ = \"prizes\"\n    year: int = 1\n    {column}\n")
    };
    for (column, expected) in [
        ("name = mapped_column()", "name = mapped_column(index=True)"),
        (
            "name: Mapped[str] = mapped_column(String(50), nullable=False)",
            "name: Mapped[str] = mapped_column(String(50), nullable=False, index=True)",
        ),
        (
            "label = Column(\"name\", String)",
            "label = Column(\"name\", String, index=True)",
        ),
        (
            "name = sa.Column(index=False)",
            "name = sa.Column(index=True)",
        ),
    ] {
        check_rewrite(
            &format!("{}#", class(column)),
            index("name"),
            &format!("{}#", class(expected)),
        );
    }
    let table = "prizes = Table(\"prizes\", meta, Column(\"id\"), Column(\"name\", String))  #\n";
    check_rewrite(
        table,
        index("name"),
        &table.replace("String", "String, index=True"),
    );
    check_no_rewrite(
        &format!("{}#", class("other = mapped_column()")),
        index("name"),
        "no class or table of this file declares Prizes.name",
    );
    check_rewrite(
        &format!("{}#", class("a = Column()\n    b = Column(String)")),
        index("a b"),
        &format!(
            "{}#",
            class("a = Column(index=True)\n    b = Column(String, index=True)")
        ),
    );
    let bare = format!("{HEAD}{}", class("name: Mapped[str]"));
    let edit = with_rewrite(&bare, &index("name")(0)).expect("a column");
    let applied = edit.apply(&bare);
    assert!(applied.contains("name: Mapped[str] = mapped_column(index=True)"));
    assert!(
        applied.contains("joinedload, mapped_column, relationship"),
        "{applied}"
    );
}
