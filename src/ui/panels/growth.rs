//! How statements, rows, steps and time grow with a parameter: a curve for each strategy, and the law that it obeys.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Label, RichText, Role, Ui, WidgetInfo};
use egui_plot::{GridMark, Line, Plot, PlotPoints, Points};

use super::trials::head;
use crate::scenario::ParameterKind;
use crate::study::{Curve, Kind, Measured, curves};
use crate::trace::law::Law;
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::words;

/// What is plotted, and how.
#[derive(Default)]
pub struct View {
    measure: Measure,
    scale: Scale,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Measure {
    #[default]
    Statements,
    Rows,
    Steps,
    Time,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scale {
    Linear,
    #[default]
    Logarithmic,
}

impl Measure {
    const ALL: [Self; 4] = [Self::Statements, Self::Rows, Self::Steps, Self::Time];

    fn name(self) -> &'static str {
        match self {
            Self::Statements => "statements",
            Self::Rows => "rows",
            Self::Steps => "VM steps",
            Self::Time => "time",
        }
    }

    fn of(self, measured: &Measured, round_trip_ns: u64) -> f64 {
        match self {
            Self::Statements => measured.summary.statements as f64,
            Self::Rows => measured.summary.rows as f64,
            Self::Steps => measured.summary.vm_steps as f64,
            Self::Time => measured.database_ns(round_trip_ns) as f64,
        }
    }

    fn text(self, value: f64) -> String {
        match self {
            Self::Time if value <= 0.0 => "0".to_owned(),
            Self::Time => words::duration(value),
            _ => words::count(value.round() as u64),
        }
    }
}

impl Scale {
    /// Where a value lies on the plot; nothing lies left of or below 1 on a logarithmic one.
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => value.max(1.0).log10(),
        }
    }

    fn value(self, place: f64) -> f64 {
        match self {
            Self::Linear => place,
            Self::Logarithmic => 10f64.powf(place),
        }
    }

    /// The lines of the grid between two places; those that have a label stand farther apart.
    fn grid(self, (from, to): (f64, f64)) -> Vec<GridMark> {
        match self {
            Self::Linear => {
                let step_size = round_step((to - from) / 5.0);
                let first = (from / step_size).ceil() as i64;
                let last = (to / step_size).floor() as i64;
                (first..=last)
                    .map(|at| GridMark {
                        value: at as f64 * step_size,
                        step_size,
                    })
                    .collect()
            }
            Self::Logarithmic => {
                let powers = from.floor() as i64..=to.ceil() as i64;
                let each = powers.flat_map(|power| (1..10).map(move |times| (power, times)));
                let marks = each.map(|(power, times)| GridMark {
                    value: power as f64 + f64::from(times).log10(),
                    step_size: if times == 1 { 1.0 } else { 0.1 },
                });
                // One beyond the edge would have its label there.
                let bounds = from..=to;
                marks.filter(|mark| bounds.contains(&mark.value)).collect()
            }
        }
    }
}

/// The next of 1, 2, 5, 10, 20, 50 … that is no smaller.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.max(1.0).log10().floor());
    let times = [1.0, 2.0, 5.0].into_iter();
    let mut steps = times.map(|times| times * power);
    steps.find(|step| *step >= least).unwrap_or(10.0 * power)
}

pub fn show(ui: &mut Ui, state: &State, view: &mut View, commands: &mut Vec<Command>) {
    let growing = state.study.as_ref().and_then(|study| match &study.kind {
        Kind::Growth(parameter) => Some((study, parameter)),
        Kind::Trials | Kind::Remedies => None,
    });
    let study = growing.map(|(study, _)| study);
    head(ui, state, "growth", study, commands);
    let Some((study, parameter)) = growing else {
        ui.label("A scenario grows with a whole-number parameter, and this one has none: write");
        ui.label(
            RichText::new("N = 100  # @param {type:\"slider\", min:1, max:10000, step:1}")
                .font(font::code(size::CODE)),
        );
        return;
    };
    let curves = curves(study);
    controls(ui, state, parameter, view, commands);
    legend(ui, state, parameter, view.measure, &curves, study.is_done());
    let room = ui.available_height();
    plot(ui, state, parameter, view, &curves, room.max(40.0));
}

/// Which parameter grows, what is plotted, on which scale.
fn controls(
    ui: &mut Ui,
    state: &State,
    parameter: &str,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    ui.horizontal_wrapped(|ui| {
        for other in &state.document.scenario.parameters {
            if matches!(other.kind, ParameterKind::Integer(_)) {
                let name = format!("grow {}", other.name);
                let chosen = other.name == parameter;
                if ui.selectable_label(chosen, name).clicked() {
                    commands.push(Command::GrowWith(other.name.clone()));
                }
            }
        }
        ui.separator();
        for measure in Measure::ALL {
            ui.selectable_value(&mut view.measure, measure, measure.name());
        }
        ui.separator();
        ui.selectable_value(&mut view.scale, Scale::Linear, "linear");
        ui.selectable_value(&mut view.scale, Scale::Logarithmic, "log");
    });
}

fn plot(
    ui: &mut Ui,
    state: &State,
    parameter: &str,
    view: &View,
    curves: &[Curve<'_>],
    height: f32,
) {
    let theme = Theme::of(ui.ctx());
    let View { measure, scale } = *view;
    let along = move |mark: GridMark, _: &_| match is_whole_power(scale, mark.value) {
        true => words::count(scale.value(mark.value).round() as u64),
        false => String::new(),
    };
    let up = move |mark: GridMark, _: &_| match is_whole_power(scale, mark.value) {
        true => measure.text(scale.value(mark.value)),
        false => String::new(),
    };
    // A plot of counts stands on nothing, or on one; time on a logarithmic scale on the least that was measured.
    let measured = curves.iter().flat_map(|curve| &curve.points);
    let values = measured.map(|(_, measured)| measure.of(measured, state.round_trip_ns));
    let least = match (measure, scale) {
        (Measure::Time, Scale::Logarithmic) => values.fold(f64::INFINITY, f64::min),
        _ => 0.0,
    };
    let floor = match scale.place(if least.is_finite() { least } else { 0.0 }) {
        place if scale == Scale::Logarithmic => place.floor(),
        place => place,
    };
    // Another measure or scale is another plot, with bounds of its own.
    let id = format!("growth {} {scale:?} {parameter}", measure.name());
    let plot = Plot::new(id)
        .height(height)
        .grid_color(theme.text_faint)
        .include_x(scale.place(1.0))
        .include_y(floor)
        .x_grid_spacer(move |grid| scale.grid(grid.bounds))
        .y_grid_spacer(move |grid| scale.grid(grid.bounds))
        .allow_scroll(false)
        .x_axis_label(parameter.to_owned())
        .y_axis_label(measure.name())
        .x_axis_formatter(along)
        .y_axis_formatter(up)
        .y_axis_min_width(52.0);
    let shown = plot.show(ui, |plot| {
        for (above, curve) in curves.iter().rev().enumerate().rev() {
            let color = color(curve, theme);
            // Curves that lie on each other are all seen: the lower the wider.
            let above = above as f32;
            let places: Vec<[f64; 2]> = curve
                .points
                .iter()
                .map(|(n, measured)| {
                    let value = measure.of(measured, state.round_trip_ns);
                    [scale.place(*n as f64), scale.place(value)]
                })
                .collect();
            let line = Line::new(curve.label, PlotPoints::from(places.clone()));
            plot.line(line.color(color).width(1.8 + 1.5 * above));
            let points = Points::new(curve.label, PlotPoints::from(places));
            plot.points(points.color(color).radius(2.6 + 0.9 * above));
        }
    });
    // What is drawn, for who cannot see it: how far each strategy has come.
    let ends = curves.iter().map(|curve| {
        let end = end(curve, measure, parameter, state.round_trip_ns);
        format!("{} {end}", curve.label)
    });
    let ends = ends.collect::<Vec<_>>().join(", ");
    let text = format!("Plot of {} against {parameter}: {ends}", measure.name());
    shown
        .response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
}

/// On a logarithmic scale only whole powers of ten are labelled.
fn is_whole_power(scale: Scale, place: f64) -> bool {
    scale == Scale::Linear || (place - place.round()).abs() < 1e-6
}

fn color(curve: &Curve<'_>, theme: &Theme) -> egui::Color32 {
    let strategy = curve.strategies.values().next();
    strategy.map_or(theme.query, |strategy| theme.strategy(*strategy))
}

/// Which curve is which, with the law of its statements; of another measure, how far it has come.
fn legend(
    ui: &mut Ui,
    state: &State,
    parameter: &str,
    measure: Measure,
    curves: &[Curve<'_>],
    is_done: bool,
) {
    let theme = Theme::of(ui.ctx());
    // A row is as high as its text: nothing in it is to be clicked.
    let clickable = std::mem::replace(&mut ui.spacing_mut().interact_size.y, 0.0);
    ui.horizontal_wrapped(|ui| {
        for curve in curves {
            let law = match (&curve.law, curve.ending) {
                _ if measure != Measure::Statements => {
                    end(curve, measure, parameter, state.round_trip_ns)
                }
                (Some(law), _) => said(law, parameter),
                (None, Some(ending)) => format!("stopped: {ending}"),
                (None, None) if is_done => "no law fits".to_owned(),
                (None, None) => "…".to_owned(),
            };
            // One text, so that a line break never parts a strategy from its law.
            let mut job = LayoutJob::default();
            let mut say = |text: &str, font: FontId, color: Color32| {
                job.append(text, 0.0, TextFormat::simple(font, color));
            };
            say("■ ", font::code(size::CODE), color(curve, theme));
            say(curve.label, font::code(size::CODE), theme.text);
            say(
                &format!("  {law}"),
                font::strong(size::TEXT),
                theme.text_strong,
            );
            let width = ui.fonts_mut(|fonts| fonts.layout_job(job.clone())).size().x;
            let label = Label::new(job);
            let entry = ui.add(match width < ui.max_rect().width() {
                true => label.extend(),
                false => label,
            });
            entry.accessible_name(format!("{}: {law}", curve.label));
            ui.add_space(12.0);
        }
    });
    ui.spacing_mut().interact_size.y = clickable;
}

/// `10.3 s at N = 10,000`.
fn end(curve: &Curve<'_>, measure: Measure, parameter: &str, round_trip_ns: u64) -> String {
    let Some((n, measured)) = curve.points.last() else {
        return "…".to_owned();
    };
    let value = measure.text(measure.of(measured, round_trip_ns));
    let unit = match measure {
        Measure::Time => String::new(),
        _ => format!(" {}", measure.name()),
    };
    format!("{value}{unit} at {parameter} = {}", words::count(*n))
}

/// `1 + N statements`, `1 statement`.
fn said(law: &Law, parameter: &str) -> String {
    let text = law.text(parameter);
    let noun = if text == "1" {
        "statement"
    } else {
        "statements"
    };
    format!("{text} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scale: Scale, bounds: (f64, f64), expected: &[f64]) {
        let marks = scale.grid(bounds);
        let labelled = marks
            .iter()
            .filter(|mark| is_whole_power(scale, mark.value));
        let values: Vec<f64> = labelled.map(|mark| scale.value(mark.value)).collect();
        assert_eq!(values, expected);
    }

    #[test]
    fn labels_are_round_and_few() {
        let linear = Scale::Linear;
        check(linear, (0.0, 10_000.0), &[0.0, 2e3, 4e3, 6e3, 8e3, 1e4]);
        check(linear, (0.0, 3.0), &[0.0, 1.0, 2.0, 3.0]);
        check(linear, (-0.4, 101.0), &[0.0, 50.0, 100.0]);
        check(Scale::Logarithmic, (-0.2, 2.1), &[1.0, 10.0, 100.0]);
    }
}
