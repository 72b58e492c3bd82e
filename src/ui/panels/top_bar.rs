//! The controls: which scenario, run and stop, its parameters, the round trip, export.

use egui::{
    Align, Button, DragValue, Layout, Popup, Response, RichText, Slider, TextEdit, Ui, vec2,
};

use crate::export::Format;
use crate::scenario::{BUNDLED, Parameter, ParameterKind};
use crate::trace::Param;
use crate::ui::command::Command;
use crate::ui::document::{Origin, name_of};
use crate::ui::state::{Below, LONGEST_ROUND_TRIP_NS, Phase, State};
use crate::ui::theme::{Theme, font, size};
use crate::ui::words;

pub fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    if ui.available_width() < size::COMPACT.x {
        // Everything in one line that scrolls, the most needed first.
        egui::ScrollArea::horizontal()
            .id_salt("controls")
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    picker(ui, state, commands);
                    run_buttons(ui, state, commands);
                    side_by_side(ui, state, commands);
                    at_the_end(ui, state, commands);
                });
            });
        return;
    }
    ui.horizontal(|ui| {
        brand(ui);
        picker(ui, state, commands);
        run_buttons(ui, state, commands);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            at_the_end(ui, state, commands);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                adjustable(ui, state, commands);
            });
        });
    });
}

/// Parameters and the round trip: in the bar, with sliders as long as there is room for, or behind a button that names
/// their values.
fn adjustable(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    const SHORTEST_SLIDER: f32 = 56.0;
    let usual = ui.spacing().slider_width;
    let parameters_of = state.document.scenario.parameters.iter();
    let sliders = 1 + parameters_of.filter(|one| has_slider(one)).count();
    // What they take is known once they were laid out: until then they are shown as if they had room.
    let needed = egui::Id::unique(("width of the parameters", &state.document.scenario.name));
    let known: Option<f32> = ui.data(|data| data.get_temp(needed));
    let lacking = known.map_or(0.0, |width| (width - ui.available_width()).max(0.0));
    let slider = usual - (lacking / sliders as f32).ceil();
    if slider < SHORTEST_SLIDER {
        in_a_menu(ui, state, commands);
        return;
    }
    let laid_out = egui::ScrollArea::horizontal()
        .id_salt("parameters")
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().slider_width = slider;
            ui.horizontal(|ui| side_by_side(ui, state, commands));
        });
    let width = laid_out.content_size.x + (usual - slider) * sliders as f32;
    if known.is_none_or(|known| (known - width).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(needed, width));
        ui.ctx().request_repaint();
    }
}

/// Whether a parameter is set along a slider.
fn has_slider(parameter: &Parameter) -> bool {
    match &parameter.kind {
        ParameterKind::Integer(bounds) | ParameterKind::Number(bounds) => {
            bounds.min.is_some() && bounds.max.is_some()
        }
        _ => false,
    }
}

/// A button with the values, whose menu changes them.
fn in_a_menu(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let parameters_of = state.document.scenario.parameters.iter();
    let values = parameters_of.filter_map(|parameter| {
        let value = state.document.value(&parameter.name)?;
        Some(format!("{} {}", parameter.name, words::param(value)))
    });
    let trip = words::duration(state.round_trip_ns as f64);
    let text = values.chain([trip]).collect::<Vec<_>>().join(" · ");
    let response = ui
        .add(Button::new(format!("▾ {text}")).truncate())
        .on_hover_text("Parameters of the scenario, and the round trip")
        .accessible_name(format!("Parameters: {text}"));
    Popup::menu(&response)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name("Parameters")
        .show(|ui| {
            egui::Grid::new("parameters").show(ui, |ui| {
                for parameter in &state.document.scenario.parameters {
                    dim(ui, &parameter.name);
                    ui.horizontal(|ui| parameter_control(ui, state, parameter, commands));
                    ui.end_row();
                }
                round_trip_name(ui);
                ui.horizontal(|ui| round_trip(ui, state, commands));
            });
        });
}

/// Comparison, trials and growth: side by side, or in a menu where the sliders would lose their room to them.
fn studies(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    const STUDIES: [Command; 3] = [Command::Compare, Command::TryAll, Command::Growth];
    let button = |ui: &mut Ui, command: &Command, commands: &mut Vec<Command>| {
        let is_open = match command {
            Command::Compare => state.below == Below::Comparison,
            Command::TryAll => state.below == Below::Trials,
            _ => state.below == Below::Growth,
        };
        let button = Button::new(command.label()).selected(is_open);
        command_button(ui, state, command, button, commands);
    };
    if ui.ctx().content_rect().width() >= size::WIDE {
        // They are laid out from the right.
        for command in STUDIES.iter().rev() {
            button(ui, command, commands);
        }
        return;
    }
    let response = ui
        .button("Study ▾")
        .on_hover_text("Compare runs, try strategies, measure growth")
        .accessible_name("Study");
    Popup::menu(&response).accessible_name("Study").show(|ui| {
        for command in &STUDIES {
            button(ui, command, commands);
        }
    });
}

fn at_the_end(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    command_button(
        ui,
        state,
        &Command::Present,
        Button::new("Present"),
        commands,
    );
    export(ui, state, commands);
    studies(ui, state, commands);
    if state.document.is_edited() || matches!(state.document.origin, Origin::File(_)) {
        let text = if state.document.is_edited() {
            "Save ●"
        } else {
            "Save"
        };
        command_button(ui, state, &Command::Save, Button::new(text), commands);
    }
}

/// The program's mark and name.
fn brand(ui: &mut Ui) {
    let theme = Theme::of(ui.ctx());
    let mut job = egui::text::LayoutJob::default();
    for (text, font) in [
        ("◎", font::strong_code(size::BRAND + 3.0)),
        (" Lazyscope", font::strong(size::BRAND)),
    ] {
        let mut format = egui::TextFormat::simple(font, theme.text_strong);
        format.valign = Align::Center;
        job.append(text, 0.0, format);
    }
    ui.label(job);
}

/// A button for a command, with its tooltip and keys, greyed out where it does nothing.
fn command_button(
    ui: &mut Ui,
    state: &State,
    command: &Command,
    button: Button<'_>,
    commands: &mut Vec<Command>,
) -> Response {
    let response = ui.add_enabled(state.allows(command), button);
    let response = match command.shortcut_text(ui.ctx()) {
        Some(keys) => response.on_hover_text(format!("{} ({keys})", command.tooltip())),
        None => response.on_hover_text(command.tooltip()),
    };
    let response = response.on_disabled_hover_text(why_not(state, command));
    let response = response.accessible_name(command.label());
    if response.clicked() {
        commands.push(command.clone());
    }
    response
}

/// Why a trace that was opened is not run.
pub const READ_ONLY: &str =
    "A trace is looked at, not run: open the scenario that it was made of to run it.";

/// Why a command does nothing now.
fn why_not(state: &State, command: &Command) -> &'static str {
    match command {
        Command::Compare => "There is one run only: change a strategy or a parameter, and compare.",
        _ if state.document.is_read_only() => READ_ONLY,
        Command::TryAll | Command::Growth => "A run tells what there is to try: wait for its end.",
        Command::Step => "The run is being stopped.",
        _ => command.tooltip(),
    }
}

fn picker(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let title = &state.document.scenario.title;
    let shown: String = match title.char_indices().nth(32) {
        Some((end, _)) => format!("{}…", &title[..end]),
        None => title.clone(),
    };
    let response = ui
        .button(format!("{shown} ▾"))
        .on_hover_text("Choose a scenario")
        .accessible_name(format!("Scenario: {title}"));
    Popup::menu(&response)
        .accessible_name("Scenarios")
        .show(|ui| {
            ui.set_min_width(280.0);
            ui.label(RichText::new("Scenarios").font(font::small()));
            for bundled in BUNDLED {
                let is_open = state.document.origin == Origin::Bundled(bundled.name.to_owned());
                if ui
                    .add(Button::selectable(
                        is_open,
                        title_of(bundled.source, bundled.name),
                    ))
                    .clicked()
                {
                    commands.push(Command::OpenBundled(bundled.name.to_owned()));
                }
            }
            if !state.recent.paths().is_empty() {
                ui.separator();
                ui.label(RichText::new("Recent").font(font::small()));
                for path in state.recent.paths() {
                    let response = ui
                        .button(name_of(path))
                        .on_hover_text(path.display().to_string());
                    if response.clicked() {
                        commands.push(Command::OpenFile(path.clone()));
                    }
                }
            }
            ui.separator();
            command_button(ui, state, &Command::Open, Button::new("Open…"), commands);
        });
}

/// The first heading of a bundled scenario: reading all of it for a menu would be waste.
pub fn title_of<'a>(source: &'a str, name: &'a str) -> &'a str {
    source
        .lines()
        .find_map(|line| line.strip_prefix("# # "))
        .unwrap_or(name)
}

fn run_buttons(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let main = |text: &str| {
        Button::new(
            RichText::new(text)
                .font(font::strong(size::TEXT))
                .color(theme.on_accent),
        )
        .fill(theme.accent)
    };
    match state.phase {
        Phase::Idle => command_button(ui, state, &Command::Run, main("▶ Run"), commands),
        Phase::Running | Phase::Paused | Phase::Stopping => {
            command_button(ui, state, &Command::Stop, main("■ Stop"), commands)
        }
    };
    command_button(ui, state, &Command::Step, Button::new("Step"), commands);
    command_button(
        ui,
        state,
        &Command::Replay,
        Button::new("↺ Replay"),
        commands,
    );
}

fn export(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let response = ui
        .button("Export ▾")
        .on_hover_text("Write this run to a file")
        .accessible_name("Export");
    Popup::menu(&response).accessible_name("Export").show(|ui| {
        for format in Format::ALL {
            let button = Button::new(format!("{}…", format.title()));
            let command = Command::Export(format);
            if ui.add_enabled(state.allows(&command), button).clicked() {
                commands.push(command);
            }
        }
    });
}

/// Parameters and the round trip, each behind its name.
fn side_by_side(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    for parameter in &state.document.scenario.parameters {
        dim(ui, &parameter.name);
        parameter_control(ui, state, parameter, commands);
    }
    round_trip_name(ui);
    round_trip(ui, state, commands);
}

/// The name of what stands beside it.
fn dim(ui: &mut Ui, name: &str) -> Response {
    let color = Theme::of(ui.ctx()).text_dim;
    ui.label(RichText::new(name).font(font::small()).color(color))
}

fn parameter_control(
    ui: &mut Ui,
    state: &State,
    parameter: &Parameter,
    commands: &mut Vec<Command>,
) {
    let Some(value) = state.document.value(&parameter.name) else {
        return;
    };
    let enabled = !state.document.is_read_only();
    let changed = ui
        .add_enabled_ui(enabled, |ui| control(ui, parameter, value))
        .inner;
    if let Some((value, is_settled)) = changed {
        commands.push(Command::SetParameter(parameter.name.clone(), value));
        // While a slider is held nothing runs: the numbers would flicker past.
        if is_settled {
            commands.push(Command::Run);
        }
    }
}

/// The control of a parameter; its new value, and whether it is final.
fn control(ui: &mut Ui, parameter: &Parameter, value: &Param) -> Option<(Param, bool)> {
    let name = &parameter.name;
    match (&parameter.kind, value) {
        (ParameterKind::Integer(bounds), Param::Integer(integer)) => {
            let (integer, settled) = number(ui, name, *integer as f64, bounds, true)?;
            Some((Param::Integer(integer as i64), settled))
        }
        (ParameterKind::Number(bounds), Param::Number(number_value)) => {
            let (number, settled) = number(ui, name, *number_value, bounds, false)?;
            Some((Param::Number(number), settled))
        }
        (ParameterKind::Boolean, Param::Boolean(boolean)) => {
            let mut boolean = *boolean;
            let response = ui.checkbox(&mut boolean, "").accessible_name(name);
            response
                .changed()
                .then_some((Param::Boolean(boolean), true))
        }
        (ParameterKind::Choice(values), value) => {
            let mut chosen = None;
            egui::ComboBox::from_id_salt(name)
                .selected_text(words::param(value))
                .show_ui(ui, |ui| {
                    for other in values {
                        if ui
                            .selectable_label(other == value, words::param(other))
                            .clicked()
                        {
                            chosen = Some((other.clone(), true));
                        }
                    }
                })
                .response
                .accessible_name(name);
            chosen
        }
        (_, value) => {
            let mut text = words::param(value);
            let response = ui
                .add(TextEdit::singleline(&mut text).desired_width(110.0))
                .accessible_name(name);
            let changed = response.changed() || response.lost_focus();
            changed.then(|| (Param::Text(text), response.lost_focus()))
        }
    }
}

fn number(
    ui: &mut Ui,
    name: &str,
    value: f64,
    bounds: &crate::scenario::Bounds,
    is_integer: bool,
) -> Option<(f64, bool)> {
    let mut new = value;
    let mut settled = false;
    let step = bounds.step.unwrap_or(if is_integer { 1.0 } else { 0.0 });
    if let (Some(min), Some(max)) = (bounds.min, bounds.max) {
        let mut slider = Slider::new(&mut new, min..=max).show_value(false);
        // Over several powers of ten a straight slider cannot reach the small ones.
        if min > 0.0 && max / min >= 1000.0 {
            slider = slider.logarithmic(true);
        }
        if is_integer {
            slider = slider.integer();
        }
        if step > 0.0 {
            slider = slider.step_by(step);
        }
        let response = slim(ui, |ui| ui.add(slider)).accessible_name(name);
        settled |= response.drag_stopped() || (response.changed() && !response.dragged());
    }
    let mut field = DragValue::new(&mut new)
        .speed(if is_integer { 1.0 } else { 0.1 })
        .update_while_editing(false);
    if is_integer {
        field = field.max_decimals(0);
    }
    let range = bounds.min.unwrap_or(f64::NEG_INFINITY)..=bounds.max.unwrap_or(f64::INFINITY);
    let response =
        quiet(ui, |ui| ui.add(field.range(range))).accessible_name(format!("{name}, as a number"));
    settled |= response.drag_stopped() || (response.changed() && !response.dragged());
    if is_integer {
        new = new.round();
    }
    (new != value || settled).then_some((new, settled))
}

fn round_trip_name(ui: &mut Ui) {
    dim(ui, "round trip").on_hover_text(
        "What a network would add to each statement. Redraws this run; nothing runs again.",
    );
}

fn round_trip(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let shown_ms = state.round_trip_ns as f64 / 1e6;
    let mut ms = shown_ms;
    let most = LONGEST_ROUND_TRIP_NS as f64 / 1e6;
    let slider = Slider::new(&mut ms, 0.0..=most)
        .show_value(false)
        .logarithmic(true)
        .smallest_positive(0.05)
        .max_decimals(2);
    slim(ui, |ui| ui.add(slider)).accessible_name("Round trip");
    let field = DragValue::new(&mut ms)
        .range(0.0..=most)
        .speed(0.05)
        .custom_formatter(|ms, _| format!("{ms:.*}", if ms < 1.0 { 2 } else { 1 }))
        .suffix(" ms");
    quiet(ui, |ui| ui.add(field)).accessible_name("Round trip in milliseconds");
    if ms != shown_ms {
        commands.push(Command::SetRoundTrip((ms * 1e6).round() as u64));
    }
}

/// A number field that looks like text until it is touched.
fn quiet(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> Response) -> Response {
    ui.scope(|ui| {
        let inactive = &mut ui.visuals_mut().widgets.inactive;
        inactive.weak_bg_fill = egui::Color32::TRANSPARENT;
        inactive.bg_stroke = egui::Stroke::NONE;
        ui.spacing_mut().button_padding = vec2(4.0, 3.0);
        ui.spacing_mut().interact_size.x = 44.0;
        ui.style_mut().drag_value_text_style = egui::TextStyle::Monospace;
        add(ui)
    })
    .inner
}

/// A slider with a small, bright handle. egui paints rail and handle in one fill, so the rail is painted here.
fn slim(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> Response) -> Response {
    const RADIUS: f32 = 5.5;
    const RAIL: f32 = 3.0;
    let theme = Theme::of(ui.ctx());
    let height = size::CONTROL - 8.0;
    let rail = ui.painter().add(egui::Shape::Noop);
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().interact_size.y = height;
            ui.spacing_mut().slider_rail_height = 0.0;
            let widgets = &mut ui.visuals_mut().widgets;
            for (state, color) in [
                (&mut widgets.inactive, theme.accent_line),
                (&mut widgets.hovered, theme.accent_hovered),
                (&mut widgets.active, theme.accent_hovered),
            ] {
                state.bg_fill = color;
                state.expansion = RADIUS - height / 2.5;
                state.fg_stroke = egui::Stroke::NONE;
            }
            add(ui)
        })
        .inner;
    let middle = response.rect.center().y;
    let area = egui::Rect::from_x_y_ranges(
        response.rect.x_range(),
        middle - RAIL / 2.0..=middle + RAIL / 2.0,
    );
    ui.painter()
        .set(rail, egui::Shape::rect_filled(area, RAIL / 2.0, theme.line));
    if response.has_focus() {
        let around = response.rect.expand(1.0);
        let stroke = egui::Stroke::new(1.0, theme.accent_line);
        ui.painter()
            .rect_stroke(around, 4.0, stroke, egui::StrokeKind::Outside);
    }
    response
}
