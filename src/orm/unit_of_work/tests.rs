//! Whole flushes, held against what SQLAlchemy 2.1.9 was recorded to send for the same programs.

use std::rc::Rc;

use crate::orm::relationship::Cascade;
use crate::orm::sql::schema::{Default_, ServerDefault};
use crate::orm::testing::{Change, Counter, Library, World, integer, string};
use crate::orm::{Error, Value};

fn library() -> Library {
    Library::new(|_| {})
}

fn with_orphans_deleted() -> Library {
    Library::new(|options| {
        options.cascade = Cascade::parse("all, delete-orphan").expect("known words");
    })
}

#[track_caller]
fn done<T>(result: Result<T, Error>) -> T {
    result.expect("it goes through")
}

#[track_caller]
fn refused<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("it should not go through"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn parents_before_children_and_links_after_both() {
    let lib = library();
    let author = lib.author("U");
    done(author.replace("books", &[&lib.book("1"), &lib.book("2")]));
    done(author.replace("tags", &[&lib.tag("x"), &lib.tag("y")]));
    done(lib.session().add_all(&[author.clone(), lib.author("V")]));
    done(lib.session().commit());
    lib.world.check(&[
        "INSERT INTO authors (name, bio) VALUES (?, ?) RETURNING id ['U', None]",
        "INSERT INTO authors (name, bio) VALUES (?, ?) RETURNING id ['V', None]",
        "INSERT INTO tags (name) VALUES (?) RETURNING id ['x']",
        "INSERT INTO tags (name) VALUES (?) RETURNING id ['y']",
        "INSERT INTO author_tag (author_id, tag_id) VALUES (?, ?) [[1, 1], [1, 2]]",
        "INSERT INTO books (title, author_id) VALUES (?, ?) RETURNING id ['1', 1]",
        "INSERT INTO books (title, author_id) VALUES (?, ?) RETURNING id ['2', 1]",
    ]);
}

#[test]
fn one_row_needs_no_returning() {
    let lib = library();
    done(lib.session().add(&lib.author("single")));
    done(lib.session().commit());
    lib.world
        .check(&["INSERT INTO authors (name, bio) VALUES (?, ?) ['single', None]"]);
}

#[test]
fn only_what_changed_is_updated() {
    let lib = with_orphans_deleted();
    let author = lib.author("U");
    let other = lib.author("V");
    done(author.replace("books", &[&lib.book("1"), &lib.book("2")]));
    done(author.replace("tags", &[&lib.tag("x"), &lib.tag("y")]));
    done(lib.session().add_all(&[author.clone(), other.clone()]));
    done(lib.session().commit());
    lib.world.sent();
    done(author.get("name"));
    done(author.set("name", "UU"));
    done(other.set("name", "VV"));
    let books = done(author.many("books"));
    lib.world.check(&[
        "SELECT authors.id, authors.name, authors.bio FROM authors WHERE authors.id = ? [1]",
        "SELECT authors.id, authors.bio FROM authors WHERE authors.id = ? [2]",
        "UPDATE authors SET name=? WHERE authors.id = ? [['UU', 1], ['VV', 2]]",
        "SELECT books.id, books.title, books.author_id FROM books WHERE ? = books.author_id [1]",
    ]);
    done(books[0].set("title", "11"));
    done(author.remove("books", &books[1]));
    let tags = done(author.many("tags"));
    done(author.remove("tags", &tags[0]));
    done(author.append("tags", &lib.tag("z")));
    done(lib.session().commit());
    lib.world.check(&[
        "UPDATE books SET title=? WHERE books.id = ? ['11', 1]",
        "DELETE FROM books WHERE books.id = ? [2]",
        "SELECT tags.id, tags.name FROM tags, author_tag WHERE ? = author_tag.author_id AND tags.id = \
         author_tag.tag_id [1]",
        "INSERT INTO tags (name) VALUES (?) ['z']",
        "DELETE FROM author_tag WHERE author_tag.author_id = ? AND author_tag.tag_id = ? [1, 1]",
        "INSERT INTO author_tag (author_id, tag_id) VALUES (?, ?) [1, 3]",
    ]);
    done(lib.session().delete(&author));
    lib.world.check(&[
        "SELECT authors.id, authors.name, authors.bio FROM authors WHERE authors.id = ? [1]",
        "SELECT books.id, books.title, books.author_id FROM books WHERE ? = books.author_id [1]",
    ]);
    done(lib.session().flush());
    lib.world.check(&[
        "SELECT tags.id, tags.name FROM tags, author_tag WHERE ? = author_tag.author_id AND tags.id = \
         author_tag.tag_id [1]",
        "DELETE FROM author_tag WHERE author_tag.author_id = ? AND author_tag.tag_id = ? [[1, 2], [1, 3]]",
        "DELETE FROM books WHERE books.id = ? [1]",
        "DELETE FROM authors WHERE authors.id = ? [1]",
    ]);
}

#[test]
fn a_deleted_parent_leaves_its_children_without_one() {
    let lib = library();
    let author = lib.author("U");
    done(author.replace("books", &[&lib.book("1"), &lib.book("2")]));
    done(lib.session().add(&author));
    done(lib.session().commit());
    lib.world.sent();
    done(lib.session().delete(&author));
    done(lib.session().commit());
    lib.world.check(&[
        "SELECT authors.id, authors.name, authors.bio FROM authors WHERE authors.id = ? [1]",
        "SELECT books.id, books.title, books.author_id FROM books WHERE ? = books.author_id [1]",
        "SELECT tags.id, tags.name FROM tags, author_tag WHERE ? = author_tag.author_id AND tags.id = \
         author_tag.tag_id [1]",
        "UPDATE books SET author_id=? WHERE books.id = ? [[None, 1], [None, 2]]",
        "DELETE FROM authors WHERE authors.id = ? [1]",
    ]);
}

#[test]
fn rows_of_one_table_that_refer_to_one_another() {
    let world = World::new();
    let node = world.class(
        "Node",
        "nodes",
        vec![
            integer("id").primary_key(),
            string("name"),
            integer("parent_id").references("nodes.id"),
        ],
    );
    let children = world.relate(&node, "children", &node, |options, _| {
        options.back_populates = Some(Rc::from("parent"));
    });
    let parent = world.relate(&node, "parent", &node, |options, resolved| {
        options.back_populates = Some(Rc::from("children"));
        resolved.remote_side = node.primary_key_columns();
    });
    world.tie(&children, &parent);
    world.create_all();
    let named = |name: &str| world.make(&node, &[("name", name.into())]);
    let (root, a) = (named("root"), named("a"));
    done(a.replace("children", &[&named("a1"), &named("a2")]));
    done(root.replace("children", &[&a, &named("b")]));
    done(world.session.add(&root));
    done(world.session.flush());
    world.check(&[
        "INSERT INTO nodes (name, parent_id) VALUES (?, ?) ['root', None]",
        "INSERT INTO nodes (name, parent_id) VALUES (?, ?) RETURNING id ['a', 1]",
        "INSERT INTO nodes (name, parent_id) VALUES (?, ?) RETURNING id ['b', 1]",
        "INSERT INTO nodes (name, parent_id) VALUES (?, ?) RETURNING id ['a1', 2]",
        "INSERT INTO nodes (name, parent_id) VALUES (?, ?) RETURNING id ['a2', 2]",
    ]);
}

#[test]
fn rows_of_two_tables_that_refer_to_one_another() {
    let world = World::new();
    let widget = world.class(
        "Widget",
        "widgets",
        vec![
            integer("id").primary_key(),
            string("name"),
            integer("fav_id").references("entries.id"),
        ],
    );
    let entry = world.class(
        "Entry",
        "entries",
        vec![
            integer("id").primary_key(),
            integer("widget_id").references("widgets.id"),
        ],
    );
    world.relate(&widget, "fav", &entry, |options, resolved| {
        options.post_update = true;
        resolved.foreign_keys = widget.table.column("fav_id").into_iter().collect();
    });
    world.relate(&widget, "entries", &entry, |_, resolved| {
        resolved.foreign_keys = entry.table.column("widget_id").into_iter().collect();
    });
    world.create_all();
    let w = world.make(&widget, &[("name", "w".into())]);
    let (one, two) = (world.make(&entry, &[]), world.make(&entry, &[]));
    done(w.replace("entries", &[&one, &two]));
    done(w.relate("fav", Some(&two)));
    done(world.session.add(&w));
    done(world.session.commit());
    world.check(&[
        "INSERT INTO widgets (name, fav_id) VALUES (?, ?) ['w', None]",
        "INSERT INTO entries (widget_id) VALUES (?) RETURNING id [1]",
        "INSERT INTO entries (widget_id) VALUES (?) RETURNING id [1]",
        "UPDATE widgets SET fav_id=? WHERE widgets.id = ? [1, 1]",
    ]);
}

#[test]
fn what_the_database_fills_in_comes_back() {
    let world = World::new();
    let mut filled = string("c").not_null();
    filled.server_default = Some(ServerDefault::Text(Rc::from("now")));
    let a = world.class(
        "A",
        "a",
        vec![integer("id").primary_key(), integer("x"), filled],
    );
    world.create_all();
    let add = |rows: &[&[(&str, Value)]]| {
        for values in rows {
            done(world.session.add(&world.make(&a, values)));
        }
        done(world.session.flush());
    };
    add(&[&[("id", 5.into())]]);
    world.check(&["INSERT INTO a (id, x) VALUES (?, ?) RETURNING id, c [5, None]"]);
    add(&[&[], &[("x", 3.into())], &[("c", "1".into())]]);
    world.check(&[
        "INSERT INTO a (x) VALUES (?) RETURNING id, c [None]",
        "INSERT INTO a (x) VALUES (?) RETURNING id, c [3]",
        "INSERT INTO a (x, c) VALUES (?, ?) [None, '1']",
    ]);
}

#[test]
fn keys_that_the_program_makes() {
    let world = World::new();
    let mut key = string("id").primary_key();
    key.default = Some(Default_::Callable(Counter::shared("k")));
    let mut x = integer("x").not_null();
    x.default = Some(Default_::Scalar(5.into()));
    let mut filled = string("c").not_null();
    filled.server_default = Some(ServerDefault::Text(Rc::from("now")));
    let two = world.class("S2", "s2", vec![key.clone(), x.clone(), filled]);
    let three = world.class("S3", "s3", vec![key, x]);
    world.create_all();
    let add = |mapper, rows: &[&[(&str, Value)]]| {
        for values in rows {
            done(world.session.add(&world.make(mapper, values)));
        }
        done(world.session.flush());
    };
    add(&two, &[&[], &[], &[("x", 1.into())]]);
    world.check(&[
        "INSERT INTO s2 (id, x) VALUES (?, ?), (?, ?) RETURNING c, id ['k1', 5, 'k2', 5]",
        "INSERT INTO s2 (id, x) VALUES (?, ?) RETURNING c ['k3', 1]",
    ]);
    add(&three, &[&[], &[], &[("x", 1.into())]]);
    world.check(&[
        "INSERT INTO s3 (id, x) VALUES (?, ?), (?, ?) ['k4', 5, 'k5', 5]",
        "INSERT INTO s3 (id, x) VALUES (?, ?) ['k6', 1]",
    ]);
}

#[test]
fn rows_without_values() {
    let world = World::new();
    let bare = world.class("Bare", "bare", vec![integer("id").primary_key()]);
    world.create_all();
    done(world.session.add(&world.make(&bare, &[])));
    done(world.session.flush());
    world.check(&["INSERT INTO bare DEFAULT VALUES []"]);
    done(world.session.add(&world.make(&bare, &[])));
    done(world.session.add(&world.make(&bare, &[])));
    done(world.session.flush());
    world.check(&[
        "INSERT INTO bare (id) VALUES (NULL) RETURNING id []",
        "INSERT INTO bare (id) VALUES (NULL) RETURNING id []",
    ]);
}

/// A table whose key is a string.
fn natural() -> (World, Rc<crate::orm::Mapper>) {
    let world = World::new();
    let n = world.class("N", "n", vec![string("code").primary_key(), integer("val")]);
    world.create_all();
    (world, n)
}

#[test]
fn a_key_that_changes_and_a_row_that_changes_hands() {
    let (world, n) = natural();
    for values in [
        &[("code", Value::from("b"))][..],
        &[("code", "a".into()), ("val", 3.into())],
        &[("code", "c".into())],
    ] {
        done(world.session.add(&world.make(&n, values)));
    }
    done(world.session.commit());
    world.check(&["INSERT INTO n (code, val) VALUES (?, ?) [['b', None], ['a', 3], ['c', None]]"]);
    let get = |key: &str| {
        let found = crate::orm::loading::get::get(
            &world.session,
            &n.entity(),
            vec![key.into()],
            Vec::new(),
            crate::orm::loading::get::Terms::default(),
        );
        done(found).expect("a row of that key")
    };
    let changed = get("b");
    done(changed.set("code", "zz"));
    done(world.session.commit());
    world.check(&[
        "SELECT n.code, n.val FROM n WHERE n.code = ? ['b']",
        "UPDATE n SET code=? WHERE n.code = ? ['zz', 'b']",
    ]);
    drop(changed);
    done(world.session.delete(&get("zz")));
    let taking_over = world.make(&n, &[("code", "zz".into()), ("val", 9.into())]);
    done(world.session.add(&taking_over));
    done(world.session.commit());
    world.check(&[
        "SELECT n.code, n.val FROM n WHERE n.code = ? ['zz']",
        "UPDATE n SET val=? WHERE n.code = ? [9, 'zz']",
    ]);
}

#[test]
fn after_a_failed_flush_the_session_wants_a_rollback() {
    let (world, n) = natural();
    let add = |code: &str| {
        let made = world.make(&n, &[("code", code.into())]);
        done(world.session.add(&made));
        made
    };
    add("a");
    done(world.session.commit());
    let again = add("a");
    let words = refused(world.session.flush());
    assert_eq!(
        words,
        "(sqlite3.IntegrityError) UNIQUE constraint failed: n.code"
    );
    let words = refused(world.session.connect().map(|_| ()));
    assert!(
        words.starts_with(
            "This Session's transaction has been rolled back due to a previous exception during flush. To begin a new \
             transaction with this Session, first issue Session.rollback(). Original exception was: \
             (sqlite3.IntegrityError) UNIQUE constraint failed: n.code\n[SQL: INSERT INTO n (code, val) VALUES (?, ?)]"
        ),
        "{words}"
    );
    assert!(again.session().is_none());
    assert!(again.identity().is_none());
    done(world.session.rollback());
    add("b");
    done(world.session.commit());
}

#[test]
fn savepoints_are_sent_when_they_are_needed() {
    let (world, n) = natural();
    let session = &world.session;
    let add = |code: &str| {
        let made = world.make(&n, &[("code", code.into())]);
        done(session.add(&made));
        made
    };
    let first = done(session.begin_nested());
    add("sp");
    done(session.commit_transaction(first[0].0));
    world.check(&[
        "SAVEPOINT sa_savepoint_1 []",
        "INSERT INTO n (code, val) VALUES (?, ?) ['sp', None]",
        "RELEASE SAVEPOINT sa_savepoint_1 []",
    ]);
    let second = done(session.begin_nested());
    let lost = add("sp2");
    done(session.flush());
    done(session.rollback_transaction(second[0].0));
    world.check(&[
        "SAVEPOINT sa_savepoint_2 []",
        "INSERT INTO n (code, val) VALUES (?, ?) ['sp2', None]",
        "ROLLBACK TO SAVEPOINT sa_savepoint_2 []",
    ]);
    assert!(lost.identity().is_none());
    let unused = done(session.begin_nested());
    done(session.commit_transaction(unused[0].0));
    done(session.commit());
    world.check(&[]);
    let anew = done(session.begin_nested());
    add("u");
    done(session.commit_transaction(anew[0].0));
    assert!(world.sent()[0].starts_with("SAVEPOINT sa_savepoint_1"));
}

#[test]
fn rows_that_are_gone() {
    let lib = library();
    let author = lib.author("U");
    done(lib.session().add(&author));
    done(lib.session().flush());
    lib.world.sql("DELETE FROM authors");
    done(author.set("name", "V"));
    assert_eq!(
        refused(lib.session().flush()),
        "UPDATE statement on table 'authors' expected to update 1 row(s); 0 were matched."
    );
    done(lib.session().rollback());
    done(lib.session().add(&author));
    done(lib.session().flush());
    lib.world.sql("DELETE FROM authors");
    done(lib.session().delete(&author));
    done(lib.session().flush());
    assert_eq!(
        lib.world.warnings(),
        [
            "DELETE statement on table 'authors' expected to delete 1 row(s); 0 were matched.  Please set \
             confirm_deleted_rows=False within the mapper configuration to prevent this warning."
        ]
    );
}

#[test]
fn a_rollback_puts_objects_back() {
    let lib = library();
    let kept = lib.author("kept");
    done(lib.session().add(&kept));
    done(lib.session().commit());
    let lost = lib.author("lost");
    done(lib.session().add(&lost));
    done(kept.set("name", "changed"));
    done(lib.session().flush());
    done(lib.session().delete(&kept));
    done(lib.session().flush());
    assert!(!lib.session().contains(&kept));
    done(lib.session().rollback());
    assert!(lib.session().contains(&kept));
    assert!(lost.identity().is_none() && lost.session().is_none());
    assert_eq!(done(kept.get("name")), Value::from("kept"));
}
