//! What the timeline remembers between frames, and the actions that change it.

use std::ops::Range;

use crate::ui::time_view::TimeView;

/// How long the view takes to glide to where a key or a button sent it.
const GLIDE_S: f64 = 0.16;

/// Where the timeline looks, and what is picked on it. Panels read it; [`TimelineState::apply`] alone changes it.
#[derive(Clone, Debug, Default)]
pub struct TimelineState {
    looking: Looking,
    glide: Option<Glide>,
    range: Option<Range<f64>>,
    pointer_ns: Option<f64>,
    scroll_px: f32,
    /// What the mouse wheel does when Shift is not held.
    pub wheel: Wheel,
}

/// What the mouse wheel does; Shift does the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wheel {
    #[default]
    Zooms,
    Pans,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Looking {
    /// At the whole of the run, setup aside; a run that streams is followed by that.
    #[default]
    AtAll,
    /// At the whole of the run, the setup before it and what Python did after it.
    AtAllWithSetup,
    /// At the end of a growing run, at the scale it was left with.
    AtEnd(TimeView),
    /// Where the user went.
    At(TimeView),
    /// Where a selection led; it is left with the next run, which nobody has moved yet.
    Led(TimeView),
}

/// A view on its way from one place to another.
#[derive(Clone, Copy, Debug)]
struct Glide {
    from: TimeView,
    since_s: f64,
}

/// The times that a trace gives to look at, in modelled nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Where the trace begins: its setup, or the run itself.
    pub start_ns: f64,
    /// Where the first cell that counts begins: the ruler's zero.
    pub origin_ns: f64,
    /// Where the last thing that can be seen happened. What Python still did after it is beyond.
    pub last_ns: f64,
    /// Where the trace ends, so far.
    pub end_ns: f64,
}

/// Something that is asked of the timeline, by the mouse on it or by a key anywhere.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Looks closer (above 1) or from farther away (below 1), at the pointer, else at the middle.
    Zoom { factor: f64 },
    /// Looks closer or from farther away at a time.
    ZoomAt { at_ns: f64, factor: f64 },
    /// Glides by this part of what is in view.
    Pan { fraction: f64 },
    /// Moves by this much time, at once.
    Drag { ns: f64 },
    /// Scrolls the lanes to this many pixels from their top.
    ScrollTo(f32),
    /// Shows all of the run; when it is shown already, the setup too, and back.
    FitAll,
    /// Fills the view with this range.
    Fit(Range<f64>),
    /// Brings this range to the middle; when it is there already, fills the view with it.
    Centre(Range<f64>),
    /// Moves only as far as needed to show this range.
    Reveal(Range<f64>),
    /// Goes to the end of a streaming run, and stays with it.
    Follow,
    /// Selects a range of time, or none.
    SelectRange(Option<Range<f64>>),
    /// The pointer is over this time, or away.
    Pointer(Option<f64>),
    /// Swaps what the wheel does with and without Shift.
    SwapWheel,
    /// The scenario runs again.
    Rerun,
    /// Another trace is shown.
    Reset,
}

impl TimelineState {
    /// The range of time that was selected by dragging, in modelled nanoseconds.
    pub fn range(&self) -> Option<Range<f64>> {
        self.range.clone()
    }

    /// Whether the end of a growing run stays in sight by itself.
    pub fn follows(&self) -> bool {
        !matches!(self.looking, Looking::At(_) | Looking::Led(_))
    }

    /// How far the lanes are scrolled, in pixels; more than there is counts as the end.
    pub fn scroll_px(&self) -> f32 {
        self.scroll_px
    }

    /// The time under the pointer, when it is over the timeline.
    pub fn pointer_ns(&self) -> Option<f64> {
        self.pointer_ns
    }

    /// The view at a moment of the window's clock (seconds), glide included.
    pub fn view(&self, bounds: Bounds, now_s: f64) -> TimeView {
        let target = self.target(bounds);
        match self.glide {
            Some(glide) => {
                let part = ((now_s - glide.since_s) / GLIDE_S).clamp(0.0, 1.0);
                glide.from.towards(target, ease(part))
            }
            None => target,
        }
    }

    /// Whether the view is still on its way at this moment, so that another frame is due.
    pub fn glides(&self, now_s: f64) -> bool {
        self.glide
            .is_some_and(|glide| (0.0..GLIDE_S).contains(&(now_s - glide.since_s)))
    }

    /// Does what was asked.
    pub fn apply(&mut self, action: Action, bounds: Bounds, now_s: f64) {
        let shown = self.view(bounds, now_s);
        let target = self.target(bounds);
        match action {
            Action::Zoom { factor } => {
                let at_ns = self.pointer_ns.unwrap_or(target.centre_ns());
                self.go(target.zoom_at(at_ns, factor), shown, bounds, now_s);
            }
            // The wheel is answered at once: its own steps are smooth.
            Action::ZoomAt { at_ns, factor } => self.jump(shown.zoom_at(at_ns, factor), bounds),
            Action::Pan { fraction } => self.go(target.pan(fraction), shown, bounds, now_s),
            Action::Drag { ns } => self.jump(shown.pan_ns(ns), bounds),
            Action::ScrollTo(px) => self.scroll_px = px.max(0.0),
            Action::SwapWheel => {
                self.wheel = match self.wheel {
                    Wheel::Zooms => Wheel::Pans,
                    Wheel::Pans => Wheel::Zooms,
                }
            }
            Action::FitAll => {
                let there_is_more =
                    bounds.start_ns < bounds.origin_ns || bounds.last_ns < bounds.end_ns;
                self.looking = match self.looking {
                    Looking::AtAll if there_is_more => Looking::AtAllWithSetup,
                    _ => Looking::AtAll,
                };
                self.glide_from(shown, now_s);
            }
            Action::Fit(range) => {
                self.go(TimeView::fit(range.start, range.end), shown, bounds, now_s)
            }
            Action::Centre(range) => {
                let centred = target
                    .centre_on(range.start, range.end)
                    .clamp_to(whole(bounds));
                let there =
                    (centred.start_ns() - target.start_ns()).abs() < target.span_ns() * 1e-3;
                let next = if there {
                    TimeView::fit(range.start, range.end)
                } else {
                    centred
                };
                self.go(next, shown, bounds, now_s);
            }
            Action::Reveal(range) => {
                let next = target.reveal(range.start, range.end);
                if next != target {
                    let at = next.clamp_to(whole(bounds));
                    self.looking = match self.looking {
                        Looking::At(_) => Looking::At(at),
                        _ => Looking::Led(at),
                    };
                    self.glide_from(shown, now_s);
                }
            }
            Action::Follow => {
                self.looking = Looking::AtEnd(target);
                self.glide_from(shown, now_s);
            }
            Action::SelectRange(range) => self.range = range,
            Action::Pointer(pointer_ns) => self.pointer_ns = pointer_ns,
            Action::Rerun => {
                if let Looking::Led(_) = self.looking {
                    self.looking = Looking::AtAll;
                }
            }
            Action::Reset => {
                *self = Self {
                    wheel: self.wheel,
                    ..Self::default()
                }
            }
        }
    }

    fn target(&self, bounds: Bounds) -> TimeView {
        // Zero is at the left edge, where the lanes begin; only the end has a margin.
        let margin_ns = (bounds.last_ns - bounds.origin_ns) * 0.01;
        let all = TimeView::new(bounds.origin_ns, bounds.last_ns + margin_ns);
        match self.looking {
            Looking::AtAll => all,
            Looking::AtAllWithSetup => whole(bounds),
            Looking::AtEnd(view) => view.follow(bounds.end_ns),
            Looking::At(view) | Looking::Led(view) => view,
        }
    }

    fn go(&mut self, view: TimeView, shown: TimeView, bounds: Bounds, now_s: f64) {
        self.jump(view, bounds);
        self.glide_from(shown, now_s);
    }

    fn jump(&mut self, view: TimeView, bounds: Bounds) {
        self.looking = Looking::At(view.clamp_to(whole(bounds)));
        self.glide = None;
    }

    fn glide_from(&mut self, from: TimeView, since_s: f64) {
        self.glide = Some(Glide { from, since_s });
    }
}

fn whole(bounds: Bounds) -> TimeView {
    TimeView::fit(bounds.start_ns.min(bounds.origin_ns), bounds.end_ns)
}

/// Starts fast and arrives gently.
fn ease(part: f64) -> f64 {
    1.0 - (1.0 - part).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: f64 = 1e6;
    /// Long after every glide.
    const LATER_S: f64 = 10.0;

    fn bounds(end_ms: f64) -> Bounds {
        Bounds {
            start_ns: -20.0 * MS,
            origin_ns: 0.0,
            last_ns: end_ms * MS,
            end_ns: end_ms * MS,
        }
    }

    #[track_caller]
    fn check(actions: &[Action], expected_ms: (f64, f64)) -> TimelineState {
        let mut state = TimelineState::default();
        for (n, action) in actions.iter().enumerate() {
            state.apply(action.clone(), bounds(100.0), n as f64);
        }
        let view = state.view(bounds(100.0), actions.len() as f64 + LATER_S);
        let (start, end) = (view.start_ns() / MS, view.end_ns() / MS);
        assert!(
            (start - expected_ms.0).abs() < 0.01 && (end - expected_ms.1).abs() < 0.01,
            "{start} to {end} ms, not {expected_ms:?}"
        );
        state
    }

    #[test]
    fn all_is_shown_until_the_user_moves() {
        check(&[], (0.0, 101.0));
        let still = check(&[Action::Pointer(Some(5.0 * MS))], (0.0, 101.0));
        assert!(still.follows());
        let grown = still.view(bounds(200.0), LATER_S);
        assert!(grown.contains(0.0, 200.0 * MS));
        let moved = check(&[Action::Pan { fraction: -0.1 }], (-10.1, 90.9));
        assert!(!moved.follows());
        assert_eq!(
            moved.view(bounds(200.0), LATER_S),
            moved.view(bounds(100.0), LATER_S)
        );
    }

    #[test]
    fn keys_zoom_at_the_pointer_else_in_the_middle() {
        check(&[Action::Zoom { factor: 2.0 }], (25.25, 75.75));
        check(
            &[Action::Pointer(Some(-MS)), Action::Zoom { factor: 2.0 }],
            (-0.5, 50.0),
        );
    }

    #[test]
    fn fit_all_again_shows_the_setup() {
        check(&[Action::FitAll], (-21.2, 101.2));
        check(&[Action::FitAll, Action::FitAll], (0.0, 101.0));
        check(
            &[Action::Zoom { factor: 9.0 }, Action::FitAll],
            (0.0, 101.0),
        );
    }

    #[test]
    fn centring_again_fits() {
        let range = 40.0 * MS..50.0 * MS;
        let closer = Action::ZoomAt {
            at_ns: 0.0,
            factor: 5.05,
        };
        check(
            &[closer.clone(), Action::Centre(range.clone())],
            (35.0, 55.0),
        );
        check(
            &[closer, Action::Centre(range.clone()), Action::Centre(range)],
            (39.9, 50.1),
        );
    }

    #[test]
    fn following_keeps_the_scale_and_the_end() {
        let state = check(
            &[Action::Zoom { factor: 10.1 }, Action::Follow],
            (90.2, 100.2),
        );
        assert!(state.follows());
        let later = state.view(bounds(500.0), LATER_S);
        assert!((later.end_ns() / MS - 500.2).abs() < 0.01);
        assert!((later.span_ns() / MS - 10.0).abs() < 0.01);
    }

    #[test]
    fn a_glide_begins_where_the_view_was_and_ends() {
        let mut state = TimelineState::default();
        let before = state.view(bounds(100.0), 1.0);
        state.apply(Action::Zoom { factor: 4.0 }, bounds(100.0), 1.0);
        assert_eq!(state.view(bounds(100.0), 1.0), before);
        assert!(state.glides(1.1));
        assert!(!state.glides(1.2));
    }
}
