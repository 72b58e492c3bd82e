//! Code that is typed and run as it is shown.

use super::*;

#[test]
fn the_code_is_edited_in_place_and_run_as_shown() {
    let mut window = window();
    let place = |window: &Window| window.get_by_label("Code of List page").rect();
    window.get_by_label("Code of List page").focus();
    window.run_steps(2);
    press(&mut window, Modifiers::COMMAND, Key::Home);
    press(&mut window, Modifiers::NONE, Key::End);
    window.get_by_label("Code of List page").type_text("  # a");
    window.run_steps(3);
    check_says(&window, &["Save"]);
    assert!(
        !says(&window, "Line 54: 100 statements"),
        "counts of other code are not shown"
    );
    check_says(&window, &["edited, not run"]);
    let before = place(&window);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    wait(&mut window, "the second run", |window| {
        says(window, "Run 2 edited: 101")
    });
    check_says(&window, &["Line 54: 100 statements"]);
    assert_eq!(place(&window), before, "code that is run does not move");
}

#[test]
fn a_new_line_begins_where_the_one_before_did() {
    let mut window = window();
    let code = |window: &Window| {
        let field = window.get_by_label("Code of List page");
        field.value().unwrap_or_default()
    };
    window.get_by_label("Code of List page").focus();
    window.run_steps(2);
    press(&mut window, Modifiers::COMMAND, Key::End);
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.get_by_label("Code of List page").type_text("if n:");
    window.run_steps(3);
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.get_by_label("Code of List page").type_text("pass");
    window.run_steps(3);
    let code = code(&window);
    assert!(code.ends_with("\n    if n:\n        pass"), "{code}");
}

#[test]
fn output_begins_at_its_beginning() {
    let window = window();
    let line = window.get_by_label("500 books of 100 authors").rect();
    let code = window.get_by_label("Code of List page").rect();
    assert!(
        line.left() >= code.left() && line.right() <= code.right(),
        "{line:?}"
    );
}
