//! What one change brings about, as SQLAlchemy 2.1.9 was recorded to do it.

use std::rc::Rc;

use crate::orm::instance::Lifecycle;
use crate::orm::relationship::Cascade;
use crate::orm::testing::{Change, Library};
use crate::orm::{Error, Instance, Value};

fn library() -> Library {
    Library::new(|_| {})
}

#[track_caller]
fn done<T>(result: Result<T, Error>) -> T {
    result.expect("it goes through")
}

fn is(one: &Option<Rc<Instance>>, other: &Rc<Instance>) -> bool {
    one.as_ref().is_some_and(|one| Rc::ptr_eq(one, other))
}

fn holds(list: &[Rc<Instance>], item: &Rc<Instance>) -> bool {
    list.iter().any(|one| Rc::ptr_eq(one, item))
}

#[test]
fn both_directions_follow() {
    let lib = library();
    let (a, b, book) = (lib.author("a"), lib.author("b"), lib.book("t"));
    done(a.append("books", &book));
    assert!(is(&done(book.one("author")), &a));
    done(b.append("books", &book));
    assert!(is(&done(book.one("author")), &b));
    assert!(done(a.many("books")).is_empty());
    done(book.relate("author", Some(&a)));
    assert!(holds(&done(a.many("books")), &book));
    assert!(done(b.many("books")).is_empty());
    done(a.remove("books", &book));
    assert!(done(book.one("author")).is_none());
    let tag = lib.tag("x");
    done(tag.append("authors", &a));
    assert!(holds(&done(a.many("tags")), &tag));
    done(a.replace("tags", &[]));
    assert!(done(tag.many("authors")).is_empty());
    lib.world.check(&[]);
}

#[test]
fn replacing_a_collection_moves_only_what_differs() {
    let lib = library();
    let a = lib.author("a");
    let (one, two, three) = (lib.book("1"), lib.book("2"), lib.book("3"));
    done(a.replace("books", &[&one, &two]));
    done(a.replace("books", &[&two, &three]));
    assert!(done(one.one("author")).is_none());
    assert!(is(&done(two.one("author")), &a));
    assert!(is(&done(three.one("author")), &a));
}

#[test]
fn what_is_attached_comes_into_the_session_but_not_along_the_backref() {
    let lib = library();
    let author = lib.author("a");
    done(lib.session().add(&author));
    let by_append = lib.book("1");
    done(author.append("books", &by_append));
    assert_eq!(by_append.lifecycle(), Lifecycle::Pending);
    let by_backref = lib.book("2");
    done(by_backref.relate("author", Some(&author)));
    assert_eq!(by_backref.lifecycle(), Lifecycle::Transient);
    done(lib.session().add(&by_backref));
    assert!(lib.session().contains(&by_backref));
}

#[test]
fn a_collection_that_is_not_loaded_takes_changes_without_loading() {
    let lib = library();
    let (a, b, book) = (lib.author("a"), lib.author("b"), lib.book("t"));
    done(lib.session().add_all(&[a.clone(), b.clone(), book.clone()]));
    done(book.relate("author", Some(&a)));
    done(lib.session().commit());
    lib.world.sent();
    done(a.get("name"));
    done(b.get("name"));
    done(book.get("title"));
    lib.world.sent();
    // The old author is in the identity map; neither collection is loaded.
    done(book.relate("author", Some(&b)));
    lib.world.check(&[]);
    assert!(holds(&done(b.many("books")), &book));
    lib.world.check(&[
        "UPDATE books SET author_id=? WHERE books.id = ? [2, 1]",
        "SELECT books.id, books.title, books.author_id FROM books WHERE ? = books.author_id [2]",
    ]);
    assert!(done(a.many("books")).is_empty());
}

#[test]
fn an_expired_object_is_changed_without_being_loaded() {
    let lib = library();
    let (a, b, book) = (lib.author("a"), lib.author("b"), lib.book("t"));
    done(lib.session().add_all(&[a.clone(), b.clone(), book.clone()]));
    done(book.relate("author", Some(&a)));
    done(lib.session().commit());
    lib.world.sent();
    done(book.relate("author", Some(&b)));
    lib.world.check(&[]);
    done(lib.session().commit());
    lib.world.check(&[
        "SELECT authors.id, authors.name, authors.bio FROM authors WHERE authors.id = ? [2]",
        "SELECT books.id, books.title FROM books WHERE books.id = ? [1]",
        "UPDATE books SET author_id=? WHERE books.id = ? [2, 1]",
    ]);
}

#[test]
fn setting_the_same_value_is_no_change() {
    let lib = library();
    let a = lib.author("a");
    done(lib.session().add(&a));
    done(lib.session().flush());
    lib.world.sent();
    done(a.set("name", "a"));
    assert!(!done(lib.session().is_modified(&a, true)));
    assert_eq!(lib.session().dirty().len(), 1);
    done(lib.session().flush());
    lib.world.check(&[]);
    assert!(lib.session().dirty().is_empty());
    done(super::flag_modified(&a, 1));
    done(lib.session().flush());
    lib.world
        .check(&["UPDATE authors SET name=? WHERE authors.id = ? ['a', 1]"]);
}

#[test]
fn pending_orphans_leave_the_session() {
    let lib = Library::new(|options| {
        options.cascade = Cascade::parse("all, delete-orphan").expect("known words");
    });
    let (author, book) = (lib.author("a"), lib.book("t"));
    done(author.append("books", &book));
    done(lib.session().add(&author));
    assert!(lib.session().contains(&book));
    done(author.remove("books", &book));
    assert!(!lib.session().contains(&book));
    done(lib.session().commit());
    lib.world
        .check(&["INSERT INTO authors (name, bio) VALUES (?, ?) ['a', None]"]);
}

#[test]
fn merging_copies_onto_the_object_of_the_same_identity() {
    let lib = library();
    let kept = lib.author("kept");
    let book = lib.book("1");
    done(kept.append("books", &book));
    done(lib.session().add(&kept));
    done(lib.session().commit());
    lib.world.sent();
    let given = lib.author("merged");
    done(given.set("id", 1));
    let changed = lib.book("m1");
    done(changed.set("id", 1));
    done(given.replace("books", &[&changed, &lib.book("new")]));
    let merged = done(lib.session().merge(&given, true, Vec::new()));
    assert!(Rc::ptr_eq(&merged, &kept));
    assert_eq!(done(kept.get("name")), Value::from("merged"));
    assert!(given.session().is_none());
    done(lib.session().flush());
    lib.world.check(&[
        "SELECT authors.id, authors.name, authors.bio FROM authors WHERE authors.id = ? [1]",
        "SELECT books.id, books.title, books.author_id FROM books WHERE ? = books.author_id [1]",
        "UPDATE authors SET name=? WHERE authors.id = ? ['merged', 1]",
        "UPDATE books SET title=? WHERE books.id = ? ['m1', 1]",
        "INSERT INTO books (title, author_id) VALUES (?, ?) ['new', 1]",
    ]);
}

#[test]
fn a_deleted_object_cannot_come_back_by_itself() {
    let lib = library();
    let author = lib.author("a");
    done(lib.session().add(&author));
    done(lib.session().flush());
    done(lib.session().delete(&author));
    done(lib.session().flush());
    assert_eq!(author.lifecycle(), Lifecycle::Deleted);
    let words = lib.session().add(&author).expect_err("it was deleted");
    assert!(words.to_string().contains(
        "has been deleted.  Use the make_transient() function to send this object back to the transient state."
    ));
    crate::orm::lifecycle::make_transient(&author).expect("nobody listens");
    done(lib.session().add(&author));
    done(lib.session().flush());
    assert_eq!(author.lifecycle(), Lifecycle::Persistent);
}
