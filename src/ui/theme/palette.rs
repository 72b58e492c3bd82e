//! The colours of both themes, by what they are for. The hues of statements keep apart for eyes that tell few hues
//! apart (after Okabe and Ito, "Color Universal Design", 2008).

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place for colours"
)]

use egui::Color32;

/// All colours of one theme.
#[derive(Debug)]
pub struct Theme {
    pub is_dark: bool,

    /// Behind the timeline and the table.
    pub background: Color32,
    /// Behind bars and side panels.
    pub panel: Color32,
    /// Behind a notebook's cell.
    pub card: Color32,
    /// Around cards, between panels.
    pub line: Color32,
    /// Between rows and lanes.
    pub faint_line: Color32,

    /// A button at rest, under the pointer, pressed.
    pub button: Color32,
    pub button_hovered: Color32,
    pub button_pressed: Color32,
    /// A text field.
    pub field: Color32,
    /// Small rounded labels.
    pub badge: Color32,
    /// The chosen part of a segmented control.
    pub segment: Color32,
    /// The chosen part of a loading bar when it is the one that hurts.
    pub segment_lazy: Color32,

    pub text: Color32,
    pub text_strong: Color32,
    pub text_dim: Color32,
    pub text_faint: Color32,

    /// The main button, links, the playhead, the focus ring.
    pub accent: Color32,
    pub accent_hovered: Color32,
    pub accent_line: Color32,
    /// Text on the main button.
    pub on_accent: Color32,
    /// Rows and ranges that are selected.
    pub selection: Color32,
    pub row_hovered: Color32,

    /// Numbers and words that are alarming, and what stands behind and around them.
    pub alarm: Color32,
    pub alarm_text: Color32,
    pub alarm_fill: Color32,
    pub alarm_line: Color32,
    pub alarm_row: Color32,
    /// A suspicion, a file that changed: less than an alarm.
    pub caution: Color32,
    pub caution_fill: Color32,
    pub caution_line: Color32,
    /// What went well.
    pub good: Color32,
    pub good_fill: Color32,

    /// The band of a cell on the timeline.
    pub band: Color32,
    /// What a hit of the search stands out with.
    pub search: Color32,
    /// Behind a window that waits for an answer.
    pub backdrop: Color32,

    pub query: Color32,
    pub lazy: Color32,
    pub selectin: Color32,
    pub joined: Color32,
    pub subquery: Color32,
    pub immediate: Color32,
    pub refresh: Color32,
    pub write: Color32,
    pub ddl: Color32,
    pub transaction: Color32,
    pub setup: Color32,
    /// A read that needed no SQL.
    pub read: Color32,
    /// A read that was refused, a statement that failed.
    pub refused: Color32,
    pub failed: Color32,

    pub syntax: Syntax,
}

/// The colours of Python and SQL.
#[derive(Debug)]
pub struct Syntax {
    pub plain: Color32,
    pub keyword: Color32,
    pub name: Color32,
    pub string: Color32,
    pub number: Color32,
    pub comment: Color32,
    pub parameter: Color32,
    pub line_number: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The dark theme.
pub static DARK: Theme = Theme {
    is_dark: true,
    background: rgb(0x14161b),
    panel: rgb(0x1a1d24),
    card: rgb(0x171a20),
    line: rgb(0x2c313c),
    faint_line: rgb(0x1f232b),
    button: rgb(0x242933),
    button_hovered: rgb(0x2e3440),
    button_pressed: rgb(0x383f4d),
    field: rgb(0x101216),
    badge: rgb(0x222630),
    segment: rgb(0x333a46),
    segment_lazy: rgb(0x7a5200),
    text: rgb(0xd5d8df),
    text_strong: rgb(0xe8eaef),
    text_dim: rgb(0x98a0ae),
    text_faint: rgb(0x767e8c),
    accent: rgb(0x1f6feb),
    accent_hovered: rgb(0x388bfd),
    accent_line: rgb(0x58a6ff),
    on_accent: rgb(0xffffff),
    selection: rgb(0x23283a),
    row_hovered: rgb(0x1b1f28),
    alarm: rgb(0xff5d5d),
    alarm_text: rgb(0xff9a9a),
    alarm_fill: rgb(0x3a1b20),
    alarm_line: rgb(0x6d3037),
    alarm_row: rgb(0x2b1e26),
    caution: rgb(0xf0b429),
    caution_fill: rgb(0x31280f),
    caution_line: rgb(0x5c4a17),
    good: rgb(0x2dc08d),
    good_fill: rgb(0x12312a),
    band: rgb(0x20242d),
    search: rgb(0xf5d76e),
    backdrop: Color32::from_black_alpha(120),
    query: rgb(0x56b4e9),
    lazy: rgb(0xe69f00),
    selectin: rgb(0x2dc08d),
    joined: rgb(0xb38bff),
    subquery: rgb(0x4fd1c5),
    immediate: rgb(0xd9c13c),
    refresh: rgb(0xc9885b),
    write: rgb(0xcc79a7),
    ddl: rgb(0x7d8597),
    transaction: rgb(0x565e6e),
    setup: rgb(0x454c5a),
    read: rgb(0x5b8c7b),
    refused: rgb(0xff7ab2),
    failed: rgb(0xff5d5d),
    syntax: Syntax {
        plain: rgb(0xd5d8df),
        keyword: rgb(0xff7b9c),
        name: rgb(0x79b8ff),
        string: rgb(0x8fd694),
        number: rgb(0xf5c07a),
        comment: rgb(0x6b7382),
        parameter: rgb(0xe69f00),
        line_number: rgb(0x596171),
    },
};

/// The light theme.
pub static LIGHT: Theme = Theme {
    is_dark: false,
    background: rgb(0xffffff),
    panel: rgb(0xf4f5f8),
    card: rgb(0xffffff),
    line: rgb(0xd4d8e0),
    faint_line: rgb(0xe9ebf0),
    button: rgb(0xe8eaf0),
    button_hovered: rgb(0xdde1e9),
    button_pressed: rgb(0xcfd5e0),
    field: rgb(0xffffff),
    badge: rgb(0xe6e9ef),
    segment: rgb(0xd0d7e3),
    segment_lazy: rgb(0xffd27a),
    text: rgb(0x262b34),
    text_strong: rgb(0x10141b),
    text_dim: rgb(0x5a6373),
    text_faint: rgb(0x727b8a),
    accent: rgb(0x1f6feb),
    accent_hovered: rgb(0x0b5bd7),
    accent_line: rgb(0x0b5bd7),
    on_accent: rgb(0xffffff),
    selection: rgb(0xdbe6fb),
    row_hovered: rgb(0xf0f3f8),
    alarm: rgb(0xcf222e),
    alarm_text: rgb(0xa5141f),
    alarm_fill: rgb(0xffe9e9),
    alarm_line: rgb(0xf0b4b6),
    alarm_row: rgb(0xfff0f0),
    caution: rgb(0x8a5a00),
    caution_fill: rgb(0xfff6dc),
    caution_line: rgb(0xe7cf8e),
    good: rgb(0x0b7a53),
    good_fill: rgb(0xdff5ec),
    band: rgb(0xe9ecf2),
    search: rgb(0xb58900),
    backdrop: Color32::from_black_alpha(60),
    query: rgb(0x0072b2),
    lazy: rgb(0xd98c00),
    selectin: rgb(0x0f9d6b),
    joined: rgb(0x7b4ddb),
    subquery: rgb(0x0c8086),
    immediate: rgb(0xa38b00),
    refresh: rgb(0xa8632f),
    write: rgb(0xb5508a),
    ddl: rgb(0x6b7382),
    transaction: rgb(0x9aa2b1),
    setup: rgb(0xb9c0cc),
    read: rgb(0x5f9a86),
    refused: rgb(0xd6337c),
    failed: rgb(0xcf222e),
    syntax: Syntax {
        plain: rgb(0x262b34),
        keyword: rgb(0xc01f5b),
        name: rgb(0x0b5bd7),
        string: rgb(0x1a7f37),
        number: rgb(0x9a5b00),
        comment: rgb(0x7a8291),
        parameter: rgb(0xb06a00),
        line_number: rgb(0x98a0ae),
    },
};
