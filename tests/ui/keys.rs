//! What keys do, and where they are told.

use super::*;

#[test]
fn digits_set_the_selected_relationship() {
    let mut window = window();
    // That of the finding is selected when nobody has selected another.
    press(&mut window, Modifiers::NONE, Key::Num3);
    wait(&mut window, "the replay", |window| {
        says(window, "Run 2 joined: 1")
    });
    click(&mut window, "Book.author");
    press(&mut window, Modifiers::NONE, Key::Num2);
    wait(&mut window, "the replay", |window| {
        says(window, "Run 3 books joined, author selectin")
    });
}

#[test]
fn a_selection_is_one_everywhere() {
    let mut window = window();
    click_first(&mut window, "Statement 6–105");
    assert!(is_selected(&window, "Statement 6–105"));
    check_says(
        &window,
        &[
            "100 statements · lazy Author.books · line 54",
            "1, 2, 3 … 100",
        ],
    );
    click(&mut window, "Unfold 6–105");
    check_says(&window, &["Statement 7, line 54"]);
    click_first(&mut window, "Statement 7, line 54");
    check_says(
        &window,
        &["Statement 7 · lazy Author.books · line 54 · for Author(2)"],
    );
    press(&mut window, Modifiers::NONE, Key::Period);
    check_says(
        &window,
        &["Statement 8 · lazy Author.books · line 54 · for Author(3)"],
    );
    press(&mut window, Modifiers::NONE, Key::OpenBracket);
    check_says(&window, &["Statement 5 · query · line 49"]);
    press(&mut window, Modifiers::NONE, Key::CloseBracket);
    check_says(
        &window,
        &["Statement 6 · lazy Author.books · line 54 · for Author(1)"],
    );
    press(&mut window, Modifiers::NONE, Key::Escape);
    check_says(&window, &["2 findings"]);
    click_first(&mut window, "Line 54: 100 statements");
    assert!(is_selected(&window, "Statement 6–105"));
}

#[test]
fn letters_are_typed_where_text_is_typed() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::Slash);
    assert!(
        window
            .query_by(|node| node.role() == Role::TextInput && node.is_focused())
            .is_some()
    );
    window
        .get_by(|node| node.role() == Role::TextInput && node.is_focused())
        .type_text("author_id");
    window.run_steps(3);
    check_says(&window, &["1 hit"]);
    press(&mut window, Modifiers::NONE, Key::Num3);
    assert!(!says(&window, "Run 2"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(is_selected(&window, "Statement 6–105"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "1 hit"));
}

#[test]
fn the_palette_finds_commands() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.get_by_label("Command").type_text("light");
    window.run_steps(3);
    let before = window.ctx.theme();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_ne!(window.ctx.theme(), before);
    assert!(window.query_by_label("Command").is_none(), "it closes");
    // A word of what it does finds it too.
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.get_by_label("Command").type_text("theme");
    window.run_steps(3);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.ctx.theme(), before);
}

#[test]
fn help_lists_the_keys() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F1);
    check_says(
        &window,
        &[
            "Shift+F5",
            "Run to the next statement, and wait there.",
            "[",
            "/, Ctrl+F",
        ],
    );
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "Run to the next statement, and wait there."));
}

#[test]
fn steps_wait_at_each_statement() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F10);
    wait(&mut window, "the first stop", |window| {
        says(window, "waiting after 5 statements")
    });
    press(&mut window, Modifiers::NONE, Key::F10);
    wait(&mut window, "the second stop", |window| {
        says(window, "waiting after 6 statements")
    });
    press(&mut window, Modifiers::SHIFT, Key::F5);
    wait(&mut window, "the end", |window| {
        says(window, "stopped after") || says(window, "finished in")
    });
}

#[test]
fn presenting_explains_what_is_selected() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F11);
    check_says(
        &window,
        &["101 statements, 600 rows. 100 owners of Author.books were loaded one by one"],
    );
    press(&mut window, Modifiers::NONE, Key::Period);
    check_says(
        &window,
        &["Line 49 asked for statement 5, and 100 rows came."],
    );
    press(&mut window, Modifiers::NONE, Key::Period);
    check_says(
        &window,
        &["Line 54 read Author.books of Author(1); it was not loaded, and that took statement 6."],
    );
    press(&mut window, Modifiers::NONE, Key::F11);
    assert!(!says(&window, "that took statement 6"));
}

#[test]
fn what_is_hidden_is_not_searched() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::Slash);
    window
        .get_by(|node| node.role() == Role::TextInput && node.is_focused())
        .type_text("authors");
    window.run_steps(3);
    check_says(&window, &["1 hit, 2 not shown"]);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(is_selected(&window, "Statement 5, line 49"));
    click(&mut window, "Show statements that do not count");
    check_says(&window, &["3 hits"]);
}

#[test]
fn escape_closes_what_lies_on_top() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F10);
    wait(&mut window, "the first stop", |window| {
        says(window, "waiting after 5 statements")
    });
    click_first(&mut window, "Scenario: ");
    assert!(says(&window, "Three levels deep"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "Three levels deep"), "the menu closes");
    check_says(&window, &["waiting after 5 statements"]);
    click(&mut window, "Compare");
    check_says(&window, &["Back to the statements"]);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "Back to the statements"));
    check_says(&window, &["waiting after 5 statements"]);
    press(&mut window, Modifiers::NONE, Key::Escape);
    wait(&mut window, "the end", |window| {
        says(window, "stopped after")
    });
    click(&mut window, "Author.books raise");
    wait(&mut window, "the error", |window| {
        says(window, "line 54: InvalidRequestError")
    });
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "line 54: InvalidRequestError"));
}
