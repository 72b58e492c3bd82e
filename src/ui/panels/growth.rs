//! How statements, rows, steps and time grow with a parameter: a curve for each strategy, and the law that it obeys.

use egui::{RichText, Ui};
use egui_plot::{GridMark, Line, Plot, PlotPoints, Points};

use super::trials::head;
use crate::scenario::ParameterKind;
use crate::trace::law::Law;
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::study::{Curve, Kind, Measured, curves};
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
    laws(ui, parameter, &curves, study.is_done());
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
        ui.selectable_value(&mut view.scale, Scale::Logarithmic, "logarithmic");
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
    // Another measure or scale is another plot, with bounds of its own.
    let id = format!("growth {} {scale:?} {parameter}", measure.name());
    let plot = Plot::new(id)
        .height(height)
        .grid_color(theme.text_faint)
        .include_x(scale.place(1.0))
        .include_y(scale.place(0.0))
        .allow_scroll(false)
        .x_axis_label(parameter.to_owned())
        .y_axis_label(measure.name())
        .x_axis_formatter(along)
        .y_axis_formatter(up)
        .y_axis_min_width(52.0);
    plot.show(ui, |plot| {
        for curve in curves {
            let color = color(curve, theme);
            let places: Vec<[f64; 2]> = curve
                .points
                .iter()
                .map(|(n, measured)| {
                    let value = measure.of(measured, state.round_trip_ns);
                    [scale.place(*n as f64), scale.place(value)]
                })
                .collect();
            let line = Line::new(curve.label, PlotPoints::from(places.clone()));
            plot.line(line.color(color).width(1.8));
            let points = Points::new(curve.label, PlotPoints::from(places));
            plot.points(points.color(color).radius(3.0));
        }
    });
}

/// On a logarithmic scale only whole powers of ten are labelled.
fn is_whole_power(scale: Scale, place: f64) -> bool {
    scale == Scale::Linear || (place - place.round()).abs() < 1e-6
}

fn color(curve: &Curve<'_>, theme: &Theme) -> egui::Color32 {
    let strategy = curve.strategies.values().next();
    strategy.map_or(theme.query, |strategy| theme.strategy(*strategy))
}

/// The laws, which are also the legend.
fn laws(ui: &mut Ui, parameter: &str, curves: &[Curve<'_>], is_done: bool) {
    let theme = Theme::of(ui.ctx());
    ui.horizontal_wrapped(|ui| {
        for curve in curves {
            let law = match (&curve.law, curve.ending) {
                (Some(law), _) => said(law, parameter),
                (None, Some(ending)) => format!("stopped: {ending}"),
                (None, None) if is_done => "no law fits".to_owned(),
                (None, None) => "…".to_owned(),
            };
            let (swatch, _) = ui.allocate_exact_size(egui::vec2(9.0, 9.0), egui::Sense::hover());
            ui.painter().rect_filled(swatch, 2.0, color(curve, theme));
            ui.label(RichText::new(curve.label).font(font::code(size::CODE)));
            ui.label(RichText::new(law).font(font::strong(size::TEXT)));
            ui.add_space(12.0);
        }
    });
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
