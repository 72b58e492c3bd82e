//! Runs that do not come to their end, and what is said of them.

use super::*;

#[test]
fn a_run_that_broke_is_no_success() {
    let mut window = window();
    click(&mut window, "Author.books raise");
    wait(&mut window, "the error", |window| {
        says(window, "line 54: InvalidRequestError")
    });
    check_says(
        &window,
        &[
            "not finished",
            "Not finished",
            "Stopped at line 54: 'Author.books' is not available",
            "raise stopped",
        ],
    );
    assert!(!says(&window, "1 of 3 allowed"));
    assert!(!says(&window, "Nothing to find fault with"));
    click(&mut window, "Compare");
    check_says(&window, &["Its numbers are those of a part."]);
    assert!(!says(&window, "They print different things"));
}

#[test]
fn a_run_that_was_stopped_is_held_against_nothing() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F10);
    for statements in 5..16 {
        wait(&mut window, "the next stop", |window| {
            says(window, &format!("waiting after {statements} statements"))
        });
        press(&mut window, Modifiers::NONE, Key::F10);
    }
    press(&mut window, Modifiers::SHIFT, Key::F5);
    wait(&mut window, "the end", |window| {
        says(window, "stopped after") && says(window, "N+1 · Author.books")
    });
    window.run_steps(20);
    check_says(&window, &["Not finished", "not tried"]);
    assert!(!says(&window, "Try selectin") && !says(&window, "trying "));
}
