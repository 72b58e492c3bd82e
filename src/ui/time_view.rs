//! The geometry of a time axis: which span of time fills which pixels.
//!
//! Plain arithmetic. Every function takes a view and gives a new one, so zooming and panning are tested without a
//! window. Times are nanoseconds in `f64`: exact beyond a hundred days, and finer than a nanosecond where it matters.

use super::words;

/// The shortest span that can be looked at; below it there is nothing more to tell apart.
pub const SHORTEST_SPAN_NS: f64 = 200.0;

/// How far beyond both ends of the bounds a view may reach, as a part of the bounds.
const SLACK: f64 = 0.05;

/// The span of time that is being looked at; always longer than nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeView {
    start_ns: f64,
    span_ns: f64,
}

impl TimeView {
    /// The view from one time to another; an empty or reversed span is widened to the shortest one.
    pub fn new(start_ns: f64, end_ns: f64) -> Self {
        Self {
            start_ns,
            span_ns: (end_ns - start_ns).max(SHORTEST_SPAN_NS),
        }
    }

    pub fn start_ns(self) -> f64 {
        self.start_ns
    }

    pub fn end_ns(self) -> f64 {
        self.start_ns + self.span_ns
    }

    pub fn span_ns(self) -> f64 {
        self.span_ns
    }

    pub fn centre_ns(self) -> f64 {
        self.start_ns + self.span_ns / 2.0
    }

    /// Whether the whole of `start_ns..=end_ns` is in view.
    pub fn contains(self, start_ns: f64, end_ns: f64) -> bool {
        self.start_ns <= start_ns && end_ns <= self.end_ns()
    }

    /// The view that shows this range with a margin of 1 % on either side.
    pub fn fit(start_ns: f64, end_ns: f64) -> Self {
        let inner = Self::new(start_ns, end_ns);
        let margin = inner.span_ns * 0.01;
        Self {
            start_ns: inner.start_ns - margin,
            span_ns: inner.span_ns + 2.0 * margin,
        }
    }

    /// Looks closer (`factor` above 1) or from farther away, while `at_ns` stays where it is on the screen.
    pub fn zoom_at(self, at_ns: f64, factor: f64) -> Self {
        let span_ns = (self.span_ns / factor).max(SHORTEST_SPAN_NS);
        let fraction = (at_ns - self.start_ns) / self.span_ns;
        Self {
            start_ns: at_ns - fraction * span_ns,
            span_ns,
        }
    }

    /// Moves later by this part of what is in view; earlier when negative.
    pub fn pan(self, fraction: f64) -> Self {
        self.pan_ns(fraction * self.span_ns)
    }

    /// Moves later by this much time; earlier when negative.
    pub fn pan_ns(self, delta_ns: f64) -> Self {
        Self {
            start_ns: self.start_ns + delta_ns,
            ..self
        }
    }

    /// Brings the middle of a range to the middle of the view, without zooming.
    pub fn centre_on(self, start_ns: f64, end_ns: f64) -> Self {
        self.pan_ns((start_ns + end_ns) / 2.0 - self.centre_ns())
    }

    /// Moves just far enough to show a range; a range longer than the view shows its start.
    pub fn reveal(self, start_ns: f64, end_ns: f64) -> Self {
        if self.contains(start_ns, end_ns) {
            return self;
        }
        let margin = self.span_ns * 0.1;
        if start_ns < self.start_ns || end_ns - start_ns + margin > self.span_ns {
            self.pan_ns(start_ns - margin - self.start_ns)
        } else {
            self.pan_ns(end_ns + margin - self.end_ns())
        }
    }

    /// The view of the same length that ends a little after `end_ns`, for a run that is still growing.
    pub fn follow(self, end_ns: f64) -> Self {
        self.pan_ns(end_ns + self.span_ns * 0.02 - self.end_ns())
    }

    /// Keeps the view where there is something to see: not much wider than `bounds`, not far beyond either end.
    pub fn clamp_to(self, bounds: TimeView) -> Self {
        let widest = bounds.span_ns * (1.0 + 2.0 * SLACK);
        let span_ns = self.span_ns.clamp(SHORTEST_SPAN_NS, widest);
        // A view cut down to the widest keeps its middle.
        let start_ns = self.start_ns + (self.span_ns - span_ns) / 2.0;
        let slack = bounds.span_ns * SLACK;
        let earliest = bounds.start_ns - slack;
        let latest = (bounds.end_ns() + slack - span_ns).max(earliest);
        Self {
            start_ns: start_ns.clamp(earliest, latest),
            span_ns,
        }
    }

    /// The view a part (0 to 1) of the way from this one to another. Spans change by equal factors and not by equal
    /// amounts, so that a long zoom looks even.
    pub fn towards(self, target: Self, part: f64) -> Self {
        if part >= 1.0 {
            return target;
        }
        let ratio = target.span_ns / self.span_ns;
        let span_ns = self.span_ns * ratio.powf(part);
        // How far the span has come, so that start and end arrive together.
        let done = if (ratio - 1.0).abs() < 1e-9 {
            part
        } else {
            (span_ns - self.span_ns) / (target.span_ns - self.span_ns)
        };
        Self {
            start_ns: self.start_ns + (target.start_ns - self.start_ns) * done,
            span_ns,
        }
    }
}

/// A view laid on the screen: `left_px` shows its start, `left_px + width_px` its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub view: TimeView,
    pub left_px: f64,
    pub width_px: f64,
}

impl Axis {
    pub fn new(view: TimeView, left_px: f64, width_px: f64) -> Self {
        Self {
            view,
            left_px,
            width_px: width_px.max(1.0),
        }
    }

    pub fn ns_per_px(self) -> f64 {
        self.view.span_ns / self.width_px
    }

    pub fn x_of(self, time_ns: f64) -> f64 {
        self.left_px + (time_ns - self.view.start_ns) / self.ns_per_px()
    }

    pub fn time_at(self, x_px: f64) -> f64 {
        self.view.start_ns + (x_px - self.left_px) * self.ns_per_px()
    }

    pub fn right_px(self) -> f64 {
        self.left_px + self.width_px
    }
}

/// A mark of the ruler.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub time_ns: f64,
    /// What is written at it; small ticks between have none.
    pub label: Option<String>,
}

/// The ruler's marks for an axis: labels at round times no closer than `apart_px`, with small ticks between.
/// They count from `zero_ns`; times before it (the setup) have a minus sign.
pub fn ticks(axis: Axis, apart_px: f64, zero_ns: f64) -> Vec<Tick> {
    let (step_ns, parts) = round_step(axis.ns_per_px() * apart_px);
    let small_ns = step_ns / f64::from(parts);
    let counted = axis.view.pan_ns(-zero_ns);
    let unit = Unit::for_ruler(counted, step_ns);
    let first = (counted.start_ns / small_ns).ceil() as i64;
    let last = (counted.end_ns() / small_ns).floor() as i64;
    (first..=last)
        .map(|n| {
            let counted_ns = n as f64 * small_ns;
            let label = (n % i64::from(parts) == 0).then(|| unit.label(counted_ns, step_ns));
            let time_ns = counted_ns + zero_ns;
            Tick { time_ns, label }
        })
        .collect()
}

/// A time as the ruler would write it, counted from `zero_ns` and as exact as a pixel is.
pub fn ruler_time(axis: Axis, time_ns: f64, zero_ns: f64) -> String {
    let step_ns = axis.ns_per_px();
    Unit::for_ruler(axis.view.pan_ns(-zero_ns), step_ns).label(time_ns - zero_ns, step_ns)
}

/// The least of 1, 2, 5 times a power of ten that is not below `at_least_ns`, and into how many parts it is divided.
fn round_step(at_least_ns: f64) -> (f64, u32) {
    let at_least = at_least_ns.max(1.0);
    let magnitude = 10f64.powf(at_least.log10().floor());
    // The tolerance keeps a step that is round already from being doubled by the logarithm's last bit.
    for (times, parts) in [(1.0, 5), (2.0, 4), (5.0, 5)] {
        if times * magnitude >= at_least * (1.0 - 1e-9) {
            return (times * magnitude, parts);
        }
    }
    (10.0 * magnitude, 5)
}

/// A unit of time as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Nanoseconds,
    Microseconds,
    Milliseconds,
    Seconds,
}

impl Unit {
    fn for_ruler(view: TimeView, step_ns: f64) -> Self {
        let greatest = view.end_ns().abs().max(view.start_ns.abs());
        if greatest >= 1e10 || step_ns >= 1e9 {
            Self::Seconds
        } else if greatest >= 1e6 {
            Self::Milliseconds
        } else if greatest >= 1e4 {
            Self::Microseconds
        } else {
            Self::Nanoseconds
        }
    }

    fn ns(self) -> f64 {
        match self {
            Self::Nanoseconds => 1.0,
            Self::Microseconds => 1e3,
            Self::Milliseconds => 1e6,
            Self::Seconds => 1e9,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
        }
    }

    /// With as many decimals as tell two labels apart.
    fn label(self, time_ns: f64, step_ns: f64) -> String {
        let decimals = -(step_ns / self.ns() * (1.0 + 1e-9)).log10().floor();
        let decimals = decimals.clamp(0.0, 9.0) as usize;
        let value = time_ns / self.ns();
        // Rounding makes minus zero of what lies within half a step of it.
        let value = if value == 0.0 { 0.0 } else { value };
        format!("{} {}", grouped(value, decimals), self.name())
    }
}

fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let whole = words::count(whole.parse().unwrap_or(u64::MAX));
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{whole}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: f64 = 1e6;

    fn view(start_ms: f64, end_ms: f64) -> TimeView {
        TimeView::new(start_ms * MS, end_ms * MS)
    }

    #[track_caller]
    fn check(got: TimeView, start_ms: f64, end_ms: f64) {
        let (start, end) = (got.start_ns() / MS, got.end_ns() / MS);
        assert!(
            (start - start_ms).abs() < 1e-6 && (end - end_ms).abs() < 1e-6,
            "{start} ms to {end} ms, not {start_ms} ms to {end_ms} ms"
        );
    }

    #[track_caller]
    fn check_labels(start_ms: f64, end_ms: f64, width_px: f64, expected: &str) {
        let axis = Axis::new(view(start_ms, end_ms), 0.0, width_px);
        let labels: Vec<_> = ticks(axis, 120.0, 0.0)
            .into_iter()
            .filter_map(|tick| tick.label)
            .collect();
        assert_eq!(labels.join(" | "), expected);
    }

    #[test]
    fn zoom_keeps_the_time_under_the_pointer() {
        check(view(0.0, 100.0).zoom_at(25.0 * MS, 2.0), 12.5, 62.5);
        check(view(0.0, 100.0).zoom_at(25.0 * MS, 0.5), -25.0, 175.0);
        check(view(0.0, 100.0).zoom_at(100.0 * MS, 4.0), 75.0, 100.0);
        let axis = Axis::new(view(0.0, 100.0), 150.0, 900.0);
        let at = axis.time_at(437.0);
        let zoomed = Axis::new(axis.view.zoom_at(at, 123.0), 150.0, 900.0);
        assert!((zoomed.x_of(at) - 437.0).abs() < 1e-6);
    }

    #[test]
    fn zoom_stops_at_the_shortest_span() {
        let closest = view(0.0, 100.0).zoom_at(50.0 * MS, 1e12);
        assert_eq!(closest.span_ns(), SHORTEST_SPAN_NS);
        assert!(closest.contains(50.0 * MS, 50.0 * MS));
        assert_eq!(closest.zoom_at(50.0 * MS, 2.0), closest);
    }

    #[test]
    fn zoom_there_and_back_is_no_move() {
        let there = view(0.0, 100.0).zoom_at(33.0 * MS, 7.0);
        check(there.zoom_at(33.0 * MS, 1.0 / 7.0), 0.0, 100.0);
    }

    #[test]
    fn pan_reveal_centre_and_follow() {
        check(view(0.0, 100.0).pan(0.1), 10.0, 110.0);
        check(view(0.0, 100.0).pan(-0.1), -10.0, 90.0);
        check(
            view(0.0, 100.0).centre_on(10.0 * MS, 20.0 * MS),
            -35.0,
            65.0,
        );
        check(view(0.0, 100.0).reveal(10.0 * MS, 20.0 * MS), 0.0, 100.0);
        check(view(0.0, 100.0).reveal(140.0 * MS, 150.0 * MS), 60.0, 160.0);
        check(view(50.0, 150.0).reveal(20.0 * MS, 30.0 * MS), 10.0, 110.0);
        check(view(0.0, 10.0).reveal(50.0 * MS, 90.0 * MS), 49.0, 59.0);
        check(view(0.0, 100.0).follow(200.0 * MS), 102.0, 202.0);
    }

    #[test]
    fn fit_leaves_a_margin_and_never_divides_by_nothing() {
        check(TimeView::fit(0.0, 100.0 * MS), -1.0, 101.0);
        assert!(TimeView::fit(5.0, 5.0).span_ns() >= SHORTEST_SPAN_NS);
        assert!(TimeView::fit(9.0, 5.0).span_ns() >= SHORTEST_SPAN_NS);
    }

    #[test]
    fn clamping_keeps_something_in_sight() {
        let bounds = view(0.0, 100.0);
        check(view(10.0, 20.0).clamp_to(bounds), 10.0, 20.0);
        check(view(500.0, 510.0).clamp_to(bounds), 95.0, 105.0);
        check(view(-500.0, -490.0).clamp_to(bounds), -5.0, 5.0);
        check(view(-500.0, 500.0).clamp_to(bounds), -5.0, 105.0);
        check(view(0.0, 1.0).clamp_to(view(0.0, 0.5)), -0.025, 0.525);
    }

    #[test]
    fn transitions_arrive() {
        let (from, to) = (view(0.0, 1000.0), view(100.0, 101.0));
        assert_eq!(from.towards(to, 1.0), to);
        check(from.towards(to, 0.0), 0.0, 1000.0);
        let half = from.towards(to, 0.5);
        assert!((half.span_ns() / MS - 1000f64.sqrt()).abs() < 1e-6);
        check(view(0.0, 10.0).towards(view(10.0, 20.0), 0.5), 5.0, 15.0);
    }

    #[test]
    fn axis_maps_both_ways() {
        let axis = Axis::new(view(20.0, 40.0), 100.0, 1000.0);
        assert_eq!(axis.x_of(30.0 * MS), 600.0);
        assert_eq!(axis.time_at(600.0), 30.0 * MS);
        assert_eq!(axis.ns_per_px(), 20_000.0);
        assert_eq!(axis.right_px(), 1100.0);
    }

    #[test]
    fn ruler_labels_are_round_and_differ() {
        check_labels(
            0.0,
            105.0,
            920.0,
            "0 ms | 20 ms | 40 ms | 60 ms | 80 ms | 100 ms",
        );
        check_labels(0.0, 0.8, 500.0, "0 µs | 200 µs | 400 µs | 600 µs | 800 µs");
        check_labels(
            0.0,
            0.004,
            500.0,
            "0 ns | 1,000 ns | 2,000 ns | 3,000 ns | 4,000 ns",
        );
        check_labels(47.0, 47.002, 300.0, "47.000 ms | 47.001 ms | 47.002 ms");
        check_labels(0.0, 9000.0, 600.0, "0 s | 2 s | 4 s | 6 s | 8 s");
        check_labels(0.0, 50_000.0, 400.0, "0 s | 20 s | 40 s");
        check_labels(20_000.0, 20_400.0, 260.0, "20.0 s | 20.2 s | 20.4 s");
        check_labels(-3.0, 3.0, 400.0, "−2 ms | 0 ms | 2 ms");
    }

    #[test]
    fn the_ruler_counts_from_its_zero() {
        let axis = Axis::new(view(90.0, 140.0), 0.0, 500.0);
        let labelled: Vec<_> = ticks(axis, 100.0, 100.0 * MS)
            .into_iter()
            .filter_map(|tick| Some((tick.time_ns / MS, tick.label?)))
            .collect();
        let expected = [(90.0, "−10 ms"), (100.0, "0 ms"), (110.0, "10 ms")];
        for ((time, label), expected) in labelled.iter().zip(expected) {
            assert_eq!((*time, label.as_str()), expected);
        }
    }

    #[test]
    fn a_time_on_the_ruler_is_as_exact_as_a_pixel() {
        let axis = Axis::new(view(0.0, 100.0), 0.0, 1000.0);
        assert_eq!(ruler_time(axis, 47.123 * MS, 0.0), "47.1 ms");
        assert_eq!(ruler_time(axis, 47.123 * MS, 50.0 * MS), "−2.9 ms");
    }

    #[test]
    fn ruler_costs_pixels_not_time() {
        for end_ms in [0.001, 1.0, 1e3, 1e9] {
            let axis = Axis::new(view(0.0, end_ms), 0.0, 1000.0);
            assert!(ticks(axis, 100.0, 0.0).len() <= 60);
        }
    }
}
