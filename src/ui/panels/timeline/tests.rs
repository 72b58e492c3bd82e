//! What is visible of several runs at several zooms, as text.

use super::build::{Input, bounds};
use super::samples::{n_plus_one, three_levels};
use super::scene::Scene;
use super::state::TimelineState;
use crate::trace::Trace;
use crate::ui::selection::Target;
use crate::ui::time_view::{Axis, TimeView};

const MS: u64 = 1_000_000;

fn scene_of(trace: &Trace, round_trip_ns: u64, view_ms: Option<(f64, f64)>) -> Scene {
    let bounds = bounds(trace, round_trip_ns);
    let view = match view_ms {
        Some((start, end)) => TimeView::new(
            bounds.origin_ns + start * MS as f64,
            bounds.origin_ns + end * MS as f64,
        ),
        None => TimelineState::default().view(bounds, 0.0),
    };
    let input = Input {
        trace,
        axis: Axis::new(view, 0.0, 1000.0),
        bounds,
        round_trip_ns,
        target: Target::Nothing,
        most_bracket_rows: 3,
    };
    input.scene(None)
}

/// Holds what is visible of the whole run, or between two times in milliseconds, against the expected lines.
#[track_caller]
fn check(trace: &Trace, round_trip_ns: u64, view_ms: Option<(f64, f64)>, expected: &str) {
    let text = scene_of(trace, round_trip_ns, view_ms).text();
    let expected = expected.trim_start_matches('\n');
    assert!(text == expected, "what is visible:\n{text}");
}

#[test]
fn n_plus_one_of_four_at_a_round_trip_of_a_millisecond() {
    check(
        &n_plus_one(4),
        MS,
        None,
        "
ruler    0 ms | 1 ms | 2 ms | 3 ms | 4 ms | 5 ms
band     0-992 List page, 5 of 3 allowed
bracket  198-990 row 0 Confirmed: N+1 Author.books ×4 · line 42 · 80 % of the time
lane     queries (1)
  bar    0-196 204 query
lane     Author.books (4)
  bar    198-395 205 lazy
  bar    397-593 206 lazy
  bar    595-792 207 lazy
  bar    794-990 208 lazy
lane     Book.author (0)
lane     flush / ddl (203)
lane     no SQL needed (0)
",
    );
}

#[test]
fn no_round_trip_leaves_what_sqlite_took() {
    check(
        &n_plus_one(6),
        0,
        None,
        "
ruler    0 µs | 50 µs | 100 µs | 150 µs | 200 µs
band     0-1040 List page, 7 of 3 allowed
bracket  149-990 row 0 Confirmed: N+1 Author.books ×6 · line 42 · 85 % of the time
lane     queries (1)
  bar    0-99 204 query
lane     Author.books (6)
  bar    149-248 205 lazy
  bar    297-396 206 lazy
  bar    446-545 207 lazy
  bar    594-693 208 lazy
  bar    743-842 209 lazy
  bar    891-990 210 lazy
lane     Book.author (0)
lane     flush / ddl (203)
lane     no SQL needed (0)
",
    );
}

#[test]
fn three_levels_have_a_bracket_and_a_lane_each() {
    check(
        &three_levels(2),
        MS,
        None,
        "
ruler    0 ms | 2 ms | 4 ms | 6 ms | 8 ms | 10 ms | 12 ms | 14 ms
band     0-661 List page, 9 of 3 allowed
band     661-991 Detail page
bracket  73-440 row 0 Suspected: N+1 Author.books ×2 · line 42 · 15 % of the time
bracket  147-661 row 1 Confirmed: N+1 Book.reviews ×6 · line 44 · 46 % of the time
bracket  697-990 row 0 Note:  insert ×4 · line 62 · 30 % of the time
lane     queries (1)
  bar    0-73 1 query
lane     Author.books (2)
  bar    73-146 2 lazy
  bar    367-440 6 lazy
lane     Book.reviews (6)
  bar    147-218 3 lazy
  bar    220-292 4 lazy
  bar    294-367 5 lazy
  bar    441-512 7 lazy
  bar    514-586 8 lazy
  bar    588-661 9 lazy
lane     Review.book (0)
lane     flush / ddl (4)
  bar    697-768 10 write
  bar    770-842 11 write
  bar    844-915 12 write
  bar    917-990 13 write
lane     no SQL needed (24)
  bar    220-222 1 ×4 no SQL needed
  bar    294-296 2 ×4 no SQL needed
  bar    367-369 3 ×4 no SQL needed
  bar    514-516 4 ×4 no SQL needed
  bar    588-590 5 ×4 no SQL needed
  bar    661-663 6 ×4 no SQL needed
",
    );
}

#[test]
fn a_hundred_thousand_fold_into_a_dozen_bars() {
    check(
        &n_plus_one(100_000),
        MS,
        None,
        "
ruler    0 s | 20 s | 40 s | 60 s | 80 s | 100 s
band     0-990 List page, 100,001 of 3 allowed
bracket  0-990 row 0 Confirmed: N+1 Author.books ×100,000 · line 42 · 99 % of the time
lane     queries (1)
  bar    0-2 204 query
lane     Author.books (100000)
  bar    0-81 205..8537 ×8333 lazy
  bar    83-163 8538..16877 ×8340 lazy
  bar    165-246 16878..25217 ×8340 lazy
  bar    248-328 25218..33557 ×8340 lazy
  bar    330-411 33558..41896 ×8339 lazy
  bar    413-493 41897..50236 ×8340 lazy
  bar    495-576 50237..58576 ×8340 lazy
  bar    578-659 58577..66916 ×8340 lazy
  bar    661-741 66917..75255 ×8339 lazy
  bar    743-824 75256..83595 ×8340 lazy
  bar    826-906 83596..91935 ×8340 lazy
  bar    908-990 91936..100204 ×8269 lazy
lane     Book.author (0)
lane     flush / ddl (203)
lane     no SQL needed (0)
",
    );
}

#[test]
fn and_unfold_when_looked_at_closely() {
    check(
        &n_plus_one(100_000),
        MS,
        Some((50_000.0, 50_004.0)),
        "
ruler    50.0000 s | 50.0005 s | 50.0010 s | 50.0015 s | 50.0020 s | 50.0025 s | 50.0030 s | 50.0035 s | 50.0040 s
band     -12500000-13250258 List page, 100,001 of 3 allowed
bracket  -12499742-13250255 row 0 Confirmed: N+1 Author.books ×100,000 · line 42 · 99 % of the time
lane     queries (1)
lane     Author.books (100000)
  bar    -178-78 48747 lazy
  bar    80-335 48748 lazy
  bar    338-592 48749 lazy
  bar    595-850 48750 lazy
  bar    852-1108 48751 lazy
lane     Book.author (0)
lane     flush / ddl (203)
lane     no SQL needed (0)
",
    );
}

#[test]
fn the_setup_is_left_of_zero() {
    check(
        &n_plus_one(4),
        MS,
        Some((-7.0, 1.0)),
        "
ruler    −7 ms | −6 ms | −5 ms | −4 ms | −3 ms | −2 ms | −1 ms | 0 ms | 1 ms
band     114-875 Models (setup)
band     875-1519 List page, 5 of 3 allowed
lane     queries (1)
  bar    875-1002 204 query
lane     Author.books (4)
lane     Book.author (0)
lane     flush / ddl (203)
  bar    114-179 1..18 ×18 setup
  bar    181-243 19..35 ×17 setup
  bar    245-310 36..53 ×18 setup
  bar    312-374 54..70 ×17 setup
  bar    376-442 71..88 ×18 setup
  bar    444-506 89..105 ×17 setup
  bar    508-573 106..123 ×18 setup
  bar    575-637 124..140 ×17 setup
  bar    639-704 141..158 ×18 setup
  bar    706-768 159..175 ×17 setup
  bar    770-836 176..193 ×18 setup
  bar    838-874 194..203 ×10 setup
lane     no SQL needed (0)
",
    );
}
