//! All that a person can ask of the window. One enum stands behind buttons, menus, shortcuts, the palette, the help
//! and the tests; panels return its values, and `app` alone carries them out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use egui::{Key, KeyboardShortcut, Modifiers};

use super::panels::timeline;
use super::selection::Target;
use crate::export::Format;
use crate::trace::{Param, Strategy};

/// One thing to do. Those of [`Command::ALL`] need nothing but themselves, and are what palette and help list.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Run,
    Stop,
    Step,
    /// Runs again as it was run last: same parameters, same strategies.
    Replay,
    /// Runs with the strategies that the scenario itself says.
    RunAsWritten,
    /// Runs every combination of strategies over the relationships that are touched.
    TryAll,
    /// Runs at rising values of a parameter, for each strategy.
    Growth,
    /// Lays two runs over each other.
    Compare,
    /// Takes the last change back that a remedy made in the code.
    TakeBack,
    /// Tries no more remedies of the run shown.
    StopTrying,
    /// Back from a comparison or a study to the statements.
    ToTable,
    /// Sets the strategy of the selected relationship and replays.
    Choose(Strategy),

    ZoomIn,
    ZoomOut,
    PanLeft,
    PanRight,
    /// Brings the selection to the middle; asked again, fills the timeline with it.
    CentreSelection,
    FitAll,
    /// Stays with the end of a run that streams.
    Follow,
    /// Swaps what the mouse wheel does on the timeline with and without Shift.
    SwapWheel,

    PreviousStatement,
    NextStatement,
    ToParent,
    ToChildren,
    Deselect,

    Search,
    NextHit,
    PreviousHit,
    CloseSearch,

    Open,
    Save,
    ExportJson,
    Palette,
    Help,
    ToggleTheme,
    Present,
    NextCell,
    PreviousCell,
    LargerText,
    SmallerText,
    NormalText,

    Select(Target),
    /// What the timeline asks of itself: wheel, drags, the pointer over it.
    Timeline(timeline::Action),
    /// Makes a row of the loading bar the one that the keys 1 to 4 set.
    SelectRelationship(Arc<str>),
    /// Sets the strategy of a relationship, `None` for what the scenario says, and replays.
    SetStrategy(Arc<str>, Option<Strategy>),
    /// Makes the strategy of a relationship win over what queries' own options say, or no longer, and replays.
    Override(Arc<str>, bool),
    SetParameter(String, Param),
    /// The modelled round trip, in nanoseconds.
    SetRoundTrip(u64),
    OpenBundled(String),
    OpenFile(PathBuf),
    /// Replaces the text of the cell of that number, header left out.
    EditCell(usize, String),
    /// Takes the file as it is on disk now.
    TakeDiskVersion,
    /// Keeps what is shown; asks again when the file changes again.
    KeepShownVersion,
    /// Writes the scenario there.
    SaveTo(PathBuf),
    /// Writes the trace there.
    ExportTo(Format, PathBuf),
    /// Writes the trace in that format, where a dialog says.
    Export(Format),
    ShowRun(usize),
    /// Compares the run shown with that one.
    CompareWith(usize),
    /// Measures growth with the parameter of that name.
    GrowWith(String),
    /// Puts this text into the editor, which is the scenario with a remedy in it, and runs it. The words say which.
    ApplyRemedy(Arc<str>, String),
    /// Runs with these strategies.
    UseStrategies(BTreeMap<Arc<str>, Strategy>),
    SetSearch(String),
    DismissBanner(usize),
    CloseOverlay,
    /// The notebook has scrolled where it was to.
    CellShown,
}

impl Command {
    /// What palette and help list, in their order.
    pub const ALL: [Self; 45] = [
        Self::Run,
        Self::Stop,
        Self::Step,
        Self::Replay,
        Self::RunAsWritten,
        Self::TryAll,
        Self::Growth,
        Self::Compare,
        Self::ToTable,
        Self::TakeBack,
        Self::StopTrying,
        Self::Choose(Strategy::Select),
        Self::Choose(Strategy::Selectin),
        Self::Choose(Strategy::Joined),
        Self::Choose(Strategy::Raise),
        Self::Choose(Strategy::Subquery),
        Self::Choose(Strategy::Immediate),
        Self::Choose(Strategy::RaiseOnSql),
        Self::Choose(Strategy::Noload),
        Self::ZoomIn,
        Self::ZoomOut,
        Self::PanLeft,
        Self::PanRight,
        Self::CentreSelection,
        Self::FitAll,
        Self::Follow,
        Self::SwapWheel,
        Self::PreviousStatement,
        Self::NextStatement,
        Self::ToParent,
        Self::ToChildren,
        Self::Deselect,
        Self::Search,
        Self::Open,
        Self::Save,
        Self::ExportJson,
        Self::Palette,
        Self::Help,
        Self::ToggleTheme,
        Self::Present,
        Self::NextCell,
        Self::PreviousCell,
        Self::LargerText,
        Self::SmallerText,
        Self::NormalText,
    ];

    /// Its name on a button, in a menu, in the palette.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Run => "Run",
            Self::Stop => "Stop",
            Self::Step => "Step",
            Self::Replay => "Replay",
            Self::RunAsWritten => "Run as written",
            Self::TryAll => "Try all",
            Self::Growth | Self::GrowWith(_) => "Growth",
            Self::Compare => "Compare",
            Self::ToTable => "Back to the statements",
            Self::TakeBack => "Take the change back",
            Self::StopTrying => "Stop trying remedies",
            Self::ApplyRemedy(..) => "Apply",
            Self::CompareWith(_) => "Compare with",
            Self::UseStrategies(_) => "Use these strategies",
            Self::Choose(strategy) => match strategy {
                Strategy::Select => "Load the selected relationship lazily",
                Strategy::Selectin => "Load the selected relationship by selectin",
                Strategy::Joined => "Load the selected relationship joined",
                Strategy::Raise => "Raise when the selected relationship is read",
                Strategy::RaiseOnSql => "Raise when the selected relationship needs SQL",
                Strategy::Subquery => "Load the selected relationship by subquery",
                Strategy::Immediate => "Load the selected relationship immediately",
                Strategy::Noload => "Never load the selected relationship",
                Strategy::WriteOnly => "Make the selected relationship write-only",
                Strategy::Dynamic => "Make the selected relationship dynamic",
            },
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::PanLeft => "Pan left",
            Self::PanRight => "Pan right",
            Self::CentreSelection => "Centre, then fit the selection",
            Self::FitAll => "Fit all",
            Self::Follow => "Follow the end",
            Self::SwapWheel => "Wheel zooms or pans",
            Self::PreviousStatement => "Previous statement",
            Self::NextStatement => "Next statement",
            Self::ToParent => "To the parent",
            Self::ToChildren => "To the children",
            Self::Deselect => "Select nothing",
            Self::Search => "Search",
            Self::NextHit => "Next hit",
            Self::PreviousHit => "Previous hit",
            Self::CloseSearch => "Close the search",
            Self::Open => "Open…",
            Self::Save => "Save",
            Self::ExportJson => "Export JSON…",
            Self::Palette => "Command palette",
            Self::Help => "Keys and help",
            Self::ToggleTheme => "Light or dark",
            Self::Present => "Present",
            Self::NextCell => "Next cell",
            Self::PreviousCell => "Previous cell",
            Self::LargerText => "Larger text",
            Self::SmallerText => "Smaller text",
            Self::NormalText => "Normal text",
            Self::Select(_) => "Select",
            Self::Timeline(_) => "Move the timeline",
            Self::SelectRelationship(_) => "Select relationship",
            Self::SetStrategy(..) => "Set strategy",
            Self::Override(..) => "Win over the options of queries",
            Self::SetParameter(..) => "Set parameter",
            Self::SetRoundTrip(_) => "Set round trip",
            Self::OpenBundled(_) | Self::OpenFile(_) => "Open",
            Self::EditCell(..) => "Edit",
            Self::TakeDiskVersion => "Take the version on disk",
            Self::KeepShownVersion => "Keep this one",
            Self::ShowRun(_) => "Show run",
            Self::SetSearch(_) => "Search for",
            Self::SaveTo(_) => "Save",
            Self::ExportTo(..) | Self::Export(_) => "Export",
            Self::DismissBanner(_) => "Dismiss",
            Self::CloseOverlay => "Close",
            Self::CellShown => "Cell shown",
        }
    }

    /// What it does, in a sentence.
    pub fn tooltip(&self) -> &'static str {
        match self {
            Self::Run => {
                "Run the scenario as it is shown, with the parameters and strategies chosen here."
            }
            Self::Stop => "Stop the run; what was traced stays.",
            Self::Step => "Run to the next statement, and wait there.",
            Self::Replay => "Run once more with the same code, parameters and strategies.",
            Self::RunAsWritten => {
                "Forget every strategy chosen here and run what the scenario says."
            }
            Self::TryAll => "Run every combination of lazy, selectin and joined, and rank them.",
            Self::Growth | Self::GrowWith(_) => {
                "Run at rising values of a parameter for each strategy, and say by which law it grows."
            }
            Self::Compare => "Lay the run shown and another one over each other.",
            Self::ToTable => "Show the statements of the run again.",
            Self::TakeBack => "Show the code as it was before the remedy was applied, and run it.",
            Self::StopTrying => "Leave the remedies untried that were not tried yet.",
            Self::ApplyRemedy(..) => {
                "Put this change into the editor and run it; the file on disk changes when you save."
            }
            Self::Choose(_) => "Set the strategy of the selected relationship and run again.",
            Self::ZoomIn => "Look closer at the time under the pointer.",
            Self::ZoomOut => "Look from farther away.",
            Self::PanLeft => "Move to earlier statements.",
            Self::PanRight => "Move to later statements.",
            Self::CentreSelection => {
                "Bring the selection to the middle; once more, and it fills the timeline."
            }
            Self::FitAll => "Show the whole run; once more, and its setup too.",
            Self::Follow => "Go to the end of the run, and stay there while it grows.",
            Self::SwapWheel => {
                "Swap what the mouse wheel does on the timeline with what Shift and the wheel do."
            }
            Self::PreviousStatement => "Select the statement before.",
            Self::NextStatement => "Select the statement after.",
            Self::ToParent => "Select the statement whose rows led to this one.",
            Self::ToChildren => "Select the first statement that this one led to.",
            Self::Deselect => "Let go of the selection.",
            Self::Search => "Find statements by SQL, table or relationship.",
            Self::NextHit => "Select the next statement found.",
            Self::PreviousHit => "Select the statement found before.",
            Self::CloseSearch => "Close the search; the selection stays.",
            Self::Open => "Open a scenario (.py) or a trace (.json).",
            Self::Save => "Write the scenario as shown to its file.",
            Self::ExportJson => "Write the trace of the run shown, to be opened again or compared.",
            Self::Palette => "Find any command by its name.",
            Self::Help => "Show all keys.",
            Self::ToggleTheme => "Change between the dark and the light theme.",
            Self::Present => "Larger and quieter, for a room.",
            Self::NextCell => "Scroll to the next cell of the notebook.",
            Self::PreviousCell => "Scroll to the cell before.",
            Self::LargerText => "Make all text larger, and all else with it.",
            Self::SmallerText => "Make all text smaller, and all else with it.",
            Self::NormalText => "Back to the size that the system asks for.",
            Self::TakeDiskVersion => {
                "Show the file as another program wrote it; what was changed here is lost."
            }
            Self::KeepShownVersion => "Go on with what is shown here.",
            _ => "",
        }
    }

    /// Where the help lists it.
    pub fn group(&self) -> Group {
        match self {
            Self::Run
            | Self::Stop
            | Self::Step
            | Self::Replay
            | Self::RunAsWritten
            | Self::TryAll
            | Self::Growth
            | Self::GrowWith(_)
            | Self::Compare
            | Self::CompareWith(_)
            | Self::UseStrategies(_)
            | Self::TakeBack
            | Self::StopTrying
            | Self::ApplyRemedy(..)
            | Self::ToTable => Group::Run,
            Self::Choose(_)
            | Self::SetStrategy(..)
            | Self::Override(..)
            | Self::SelectRelationship(_) => Group::Loading,
            Self::ZoomIn
            | Self::ZoomOut
            | Self::PanLeft
            | Self::PanRight
            | Self::CentreSelection
            | Self::FitAll
            | Self::Follow
            | Self::SwapWheel
            | Self::Timeline(_) => Group::Timeline,
            Self::PreviousStatement
            | Self::NextStatement
            | Self::ToParent
            | Self::ToChildren
            | Self::Deselect
            | Self::Search
            | Self::NextHit
            | Self::PreviousHit
            | Self::CloseSearch
            | Self::SetSearch(_)
            | Self::Select(_) => Group::Statements,
            _ => Group::Window,
        }
    }

    /// Its keys, the first of which is shown beside its name.
    pub fn shortcuts(&self) -> &'static [KeyboardShortcut] {
        const fn plain(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::NONE, key)
        }
        const fn shift(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::SHIFT, key)
        }
        const fn control(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND, key)
        }
        match self {
            Self::Run => const { &[plain(Key::F5), control(Key::Enter)] },
            Self::Stop => const { &[shift(Key::F5), plain(Key::Escape)] },
            Self::Step => const { &[plain(Key::F10)] },
            Self::Choose(Strategy::Select) => const { &[plain(Key::Num1)] },
            Self::Choose(Strategy::Selectin) => const { &[plain(Key::Num2)] },
            Self::Choose(Strategy::Joined) => const { &[plain(Key::Num3)] },
            Self::Choose(Strategy::Raise) => const { &[plain(Key::Num4)] },
            Self::ZoomIn => const { &[plain(Key::W)] },
            Self::ZoomOut => const { &[plain(Key::S)] },
            Self::PanLeft => const { &[plain(Key::A)] },
            Self::PanRight => const { &[plain(Key::D)] },
            Self::CentreSelection => const { &[plain(Key::F)] },
            Self::FitAll => const { &[plain(Key::Num0)] },
            Self::Follow => const { &[plain(Key::End)] },
            Self::PreviousStatement => const { &[plain(Key::Comma)] },
            Self::NextStatement => const { &[plain(Key::Period)] },
            Self::ToParent => const { &[plain(Key::OpenBracket)] },
            Self::ToChildren => const { &[plain(Key::CloseBracket)] },
            Self::Deselect => const { &[plain(Key::Escape)] },
            Self::Search => const { &[plain(Key::Slash), control(Key::F)] },
            Self::Open => const { &[control(Key::O)] },
            Self::Save => const { &[control(Key::S)] },
            Self::ExportJson => const { &[control(Key::E)] },
            Self::Palette => {
                const {
                    &[KeyboardShortcut::new(
                        Modifiers::COMMAND.plus(Modifiers::SHIFT),
                        Key::P,
                    )]
                }
            }
            Self::TakeBack => const { &[control(Key::Z)] },
            Self::Help => const { &[plain(Key::Questionmark), shift(Key::Slash), plain(Key::F1)] },
            Self::Present => const { &[plain(Key::F11)] },
            Self::NextCell => const { &[plain(Key::PageDown)] },
            Self::PreviousCell => const { &[plain(Key::PageUp)] },
            Self::LargerText => const { &[control(Key::Plus), control(Key::Equals)] },
            Self::SmallerText => const { &[control(Key::Minus)] },
            Self::NormalText => const { &[control(Key::Num0)] },
            _ => &[],
        }
    }

    /// How its first shortcut reads on this system.
    pub fn shortcut_text(&self, context: &egui::Context) -> Option<String> {
        // A question mark is typed differently on every keyboard; its name is what people look for.
        if matches!(self, Self::Help) {
            return Some("?".to_owned());
        }
        self.shortcuts()
            .first()
            .map(|shortcut| keys_text(context, shortcut))
    }
}

/// How a shortcut reads on this system: `Ctrl+Shift+P`, and `[` for the key that has a bracket on it.
pub fn keys_text(context: &egui::Context, shortcut: &KeyboardShortcut) -> String {
    let text = context.format_shortcut(shortcut);
    let key = shortcut.logical_key;
    match text.strip_suffix(key.name()) {
        Some(modifiers) => format!("{modifiers}{}", key.symbol_or_name()),
        None => text,
    }
}

/// The parts of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Run,
    Loading,
    Timeline,
    Statements,
    Window,
}

impl Group {
    pub const ALL: [Self; 5] = [
        Self::Run,
        Self::Loading,
        Self::Timeline,
        Self::Statements,
        Self::Window,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Run => "Running",
            Self::Loading => "Loading",
            Self::Timeline => "Timeline",
            Self::Statements => "Statements",
            Self::Window => "Window",
        }
    }
}
