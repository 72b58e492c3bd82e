use std::io;

use super::{chrome, csv, json, otlp, speedscope};
use crate::trace::Trace;

/// What a trace can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Our own document, which can be opened again.
    Json,
    /// For Perfetto and `chrome://tracing`.
    Chrome,
    /// For speedscope.app: flame graphs.
    Speedscope,
    /// OpenTelemetry's spans, as JSON.
    Otlp,
    /// A table of the statements.
    Csv,
}

impl Format {
    pub const ALL: [Self; 5] = [
        Self::Json,
        Self::Chrome,
        Self::Speedscope,
        Self::Otlp,
        Self::Csv,
    ];

    /// Its name for a menu.
    pub fn title(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Chrome => "Chrome trace",
            Self::Speedscope => "speedscope",
            Self::Otlp => "OpenTelemetry (OTLP JSON)",
            Self::Csv => "CSV",
        }
    }

    /// How files of it end, without the leading dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Chrome => "chrome.json",
            Self::Speedscope => "speedscope.json",
            Self::Otlp => "otlp.json",
            Self::Csv => "csv",
        }
    }

    /// Writes a trace in this format; `began_unix_ns` is when the run began, for formats that want a date.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(self, trace: &Trace, began_unix_ns: u64, out: impl io::Write) -> io::Result<()> {
        match self {
            Self::Json => json::write(trace, out),
            Self::Chrome => chrome::write(trace, out),
            Self::Speedscope => speedscope::write(trace, out),
            Self::Otlp => otlp::write(trace, began_unix_ns, out),
            Self::Csv => csv::write(trace, out),
        }
    }
}
