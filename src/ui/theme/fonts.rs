//! The two typefaces, built into the program: Inter for prose, JetBrains Mono for code, each the other's fallback.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, FontId};

const FACES: [(&str, &[u8]); 4] = [
    (
        "inter",
        include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
    ),
    (
        "inter-semibold",
        include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
    ),
    (
        "mono",
        include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
    ),
    (
        "mono-semibold",
        include_bytes!("../../../assets/fonts/JetBrainsMono-SemiBold.ttf"),
    ),
];

/// The fonts by what they are for.
pub mod font {
    use super::{FontFamily, FontId, STRONG, STRONG_CODE};
    use crate::ui::theme::size;

    /// Prose of that size.
    pub fn text(size: f32) -> FontId {
        FontId::new(size, FontFamily::Proportional)
    }

    /// Prose that stands out.
    pub fn strong(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(STRONG.into()))
    }

    /// Code, numbers in columns.
    pub fn code(size: f32) -> FontId {
        FontId::new(size, FontFamily::Monospace)
    }

    /// Code that stands out.
    pub fn strong_code(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(STRONG_CODE.into()))
    }

    /// What most of the window is written in.
    pub fn body() -> FontId {
        text(size::TEXT)
    }

    /// Captions, units, hints.
    pub fn small() -> FontId {
        text(size::SMALL)
    }
}

const STRONG: &str = "strong";
const STRONG_CODE: &str = "strong code";

/// The typefaces with their families.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in FACES {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    for (family, faces) in [
        (FontFamily::Proportional, ["inter", "mono"]),
        (
            FontFamily::Name(STRONG.into()),
            ["inter-semibold", "mono-semibold"],
        ),
        (FontFamily::Monospace, ["mono", "inter"]),
        (
            FontFamily::Name(STRONG_CODE.into()),
            ["mono-semibold", "inter-semibold"],
        ),
    ] {
        fonts
            .families
            .insert(family, faces.map(str::to_owned).to_vec());
    }
    fonts
}
