//! Remedies: tried, offered with their price, applied and taken back.

use super::*;

#[test]
fn the_remedy_is_a_button() {
    let mut window = window();
    wait_for_remedies(&mut window);
    click(&mut window, "Try selectin");
    wait(&mut window, "the replay", |window| {
        says(window, "2 statements · budget 3")
    });
    check_says(
        &window,
        &[
            "Run 2 selectin: 2",
            "Nothing to find fault with",
            "Beside run 1 as written:",
            "101 → 2 statements",
        ],
    );
}

#[test]
fn remedies_are_tried_and_have_their_price() {
    let mut window = window();
    wait_for_remedies(&mut window);
    check_says(
        &window,
        &[
            "101 → 2 statements",
            "600 rows",
            "101 → 1 statement",
            "new: Row multiplication of Author.books",
            "Try joined",
        ],
    );
    assert!(
        !says(&window, "600 → 500 rows"),
        "what is not the first choice has a line, which opens"
    );
    click(&mut window, "More of joined");
    check_says(&window, &["600 → 500 rows", "Apply joined"]);
    let selectin = window.get_by_label("Try selectin").rect();
    let joined = window.get_by_label("Try joined").rect();
    assert!(
        selectin.top() < joined.top(),
        "what has no price comes first"
    );
    assert!(
        !says(&window, "Run 2"),
        "what was tried is no run of the user's"
    );
    check_says(&window, &["finished in", "Run 1 as written: 101"]);
    assert!(!window.get_by_label("Run").accesskit_node().is_disabled());
}

#[test]
fn a_remedy_is_applied_and_taken_back() {
    let folder = Folder::new("apply");
    let path = folder.file("mine.py", SOURCE);
    let mut window = opened(path.clone());
    wait_for_remedies(&mut window);
    assert!(!says(&window, "  6 + x"), "the change is folded away");
    click(&mut window, "The code of selectin");
    check_says(
        &window,
        &["  6 + x = session.scalars(select(Author).options(selectinload(Author.books)))"],
    );
    click(&mut window, "Apply selectin");
    wait(&mut window, "the run", |window| {
        says(window, "Run 2 books selectin: 5")
    });
    let code = |window: &Window| {
        let field = window.get_by_label("Code of Page");
        field.value().unwrap_or_default()
    };
    assert!(code(&window).contains(".options(selectinload(Author.books))"));
    check_says(
        &window,
        &[
            "the file is as it was until you save it",
            "2 statements",
            "Save",
        ],
    );
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        SOURCE,
        "only Save writes"
    );
    press(&mut window, Modifiers::COMMAND, Key::Z);
    wait(&mut window, "the run", |window| {
        says(window, "Run 3 as written: 104")
    });
    assert!(!code(&window).contains("options"));
    assert!(!says(&window, "until you save it"));
    wait_for_remedies(&mut window);
    click(&mut window, "Apply selectin");
    wait(&mut window, "the run", |window| {
        says(window, "Run 4 books selectin: 5")
    });
    click(&mut window, "Take the change back");
    wait(&mut window, "the run", |window| {
        says(window, "Run 5 as written: 104")
    });
}

#[test]
fn where_no_query_is_found_the_mapping_is_changed() {
    let folder = Folder::new("mapping");
    let source = SOURCE.replace(
        "x = session.scalars(select(Author))\n",
        "class Author:\n    books = relationship()\nx = session.scalars(queries[0])  # select(Author)\n",
    );
    let mut window = opened(folder.file("mine.py", &source));
    wait_for_remedies(&mut window);
    click(&mut window, "The code of selectin");
    check_says(
        &window,
        &[
            "On the mapping, so for every query: line 7 has no query of Author",
            "  6 +     books = relationship(lazy=\"selectin\")",
        ],
    );
    click(&mut window, "Apply selectin");
    wait(&mut window, "the run", |window| {
        says(window, "Run 2 books selectin: 5")
    });
}

#[test]
fn the_users_run_comes_before_any_trial() {
    let mut window = window();
    // At once, whatever is being tried.
    click(&mut window, "Author.books joined");
    wait(&mut window, "the replay", |window| {
        says(window, "Run 2 joined: 1")
    });
    click_first(&mut window, "Run 1 as written");
    wait_for_remedies(&mut window);
    check_says(&window, &["101 → 2 statements"]);
}
