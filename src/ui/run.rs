//! Opening the window on a screen.

use super::app::{App, Launch};
use crate::scenario::Engine;

/// What the system knows the program by.
const APP_ID: &str = "lazyscope";

/// Opens the window, and returns when it was closed.
///
/// # Errors
/// The system has no display, or nothing to paint with.
pub fn run(launch: Launch) -> Result<(), eframe::Error> {
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png"))
        .unwrap_or_default();
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Lazyscope")
            .with_app_id(APP_ID)
            .with_icon(icon)
            .with_inner_size([1440.0, 900.0])
            .with_min_inner_size([640.0, 480.0])
            .with_drag_and_drop(true),
        centered: true,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        APP_ID,
        options,
        Box::new(move |creation| {
            Ok(Box::new(App::new(
                &creation.egui_ctx,
                Engine::python(),
                launch,
            )))
        }),
    )
}
