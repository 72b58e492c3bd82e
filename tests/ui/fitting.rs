//! Windows of every size.

use super::*;

#[test]
fn it_is_usable_when_small() {
    let mut window = window_of(1024.0, 700.0);
    check_says(&window, &["101 statements · budget 3", "Run 1 as written"]);
    for name in ["Run", "Export", "Present", "Author.books joined"] {
        let rect = window.get_by_label(name).rect();
        assert!(
            rect.right() <= 1024.0 && rect.bottom() <= 700.0,
            "{name} is at {rect:?}"
        );
    }
    let row = |window: &Window| {
        let found = window.query_all_by(|node| text_of(node).starts_with("Statement 6–105"));
        found
            .map(|node| node.rect())
            .next()
            .expect("its row is seen")
    };
    let before = row(&window);
    click_first(&mut window, "Statement 6–105");
    assert_eq!(
        row(&window),
        before,
        "what is told of it takes nothing from it"
    );
    wait_for_remedies(&mut window);
    assert_eq!(row(&window), before);
    let try_it = window.get_by_label("Try selectin").rect();
    assert!(before.right() <= try_it.left() && try_it.right() <= 1024.0);
    click(&mut window, "Author.books joined");
    wait(&mut window, "the replay", |window| {
        says(window, "Run 2 joined: 1")
    });
}

#[test]
fn many_parameters_are_behind_a_button_where_there_is_no_room() {
    const PARAMETERS: &str = "N = 7  # @param {type:\"slider\", min:1, max:20, step:1}\nCOURSES = 5  # @param {type:\"slider\", min:1, max:20, step:1}\n";
    let folder = Folder::new("parameters");
    let source = SOURCE.replace("# %% Page\n", &format!("# %% Page\n{PARAMETERS}"));
    let launch = || Launch {
        path: Some(folder.file("mine.py", &source)),
        ..Launch::default()
    };
    let wide = window_on(launch(), 1440.0, 900.0);
    assert!(!says(&wide, "Parameters: "));
    wide.get_by_label("COURSES, as a number");

    let mut narrow = window_on(launch(), 1024.0, 700.0);
    narrow.run_steps(3);
    check_says(&narrow, &["N 7 · COURSES 5 · 1.0 ms"]);
    assert!(!says(&narrow, "COURSES, as a number"));
    click_first(&mut narrow, "Parameters: ");
    for name in ["COURSES, as a number", "Round trip in milliseconds"] {
        let rect = narrow.get_by_label(name).rect();
        assert!(rect.right() <= 1024.0, "{name} is at {rect:?}");
    }
    narrow.get_by_label("COURSES, as a number").focus();
    press(&mut narrow, Modifiers::NONE, Key::ArrowUp);
    wait(&mut narrow, "the run", |window| {
        says(window, "N 7 · COURSES 6 · 1.0 ms") && says(window, "finished in")
    });
}

#[test]
fn twice_as_large_shows_one_panel_at_a_time() {
    let mut window = window();
    for _ in 0..10 {
        press(&mut window, Modifiers::COMMAND, Key::Plus);
    }
    check_says(&window, &["101 statements · budget 3"]);
    click(&mut window, "Show Statements");
    click_first(&mut window, "Statement 6–105");
    click(&mut window, "Show Detail");
    check_says(&window, &["Try selectin", "1, 2, 3 … 100"]);
    click(&mut window, "Show Scenario");
    check_says(&window, &["Line 54: 100 statements"]);
}
