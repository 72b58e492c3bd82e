//! What the scenario prints, on its way into events.

use crate::trace::OutputStream;

/// Events of their own for this many lines; a flood beyond is folded into larger chunks.
const LINES: u64 = 2_000;
/// Bytes of such a chunk.
const CHUNK: usize = 8 * 1024;
/// Bytes that a run may print in all.
pub(super) const LIMIT: u64 = 16 * 1024 * 1024;

/// Text that was printed from one line to one stream and is not an event yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    text: String,
    line: u32,
    stream: OutputStream,
    is_log: bool,
    /// Number of chunks handed out so far.
    chunks: u64,
    /// Bytes written so far.
    written: u64,
}

/// Text that is ready to be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub line: u32,
    pub stream: OutputStream,
    pub is_log: bool,
    pub text: String,
}

impl Pending {
    /// Takes text printed from a line, and hands out what is complete by that: at most what was printed from
    /// another line or to the other stream before, and this.
    pub fn write(
        &mut self,
        line: u32,
        stream: OutputStream,
        is_log: bool,
        text: &str,
    ) -> [Option<Chunk>; 2] {
        self.written += text.len() as u64;
        let before = if (line, stream, is_log) == (self.line, self.stream, self.is_log) {
            None
        } else {
            self.take()
        };
        self.line = line;
        self.stream = stream;
        self.is_log = is_log;
        self.text.push_str(text);
        let complete = self.text.ends_with('\n') && self.chunks < LINES || self.text.len() >= CHUNK;
        [before, if complete { self.take() } else { None }]
    }

    /// Hands out what there is.
    pub fn take(&mut self) -> Option<Chunk> {
        if self.text.is_empty() {
            return None;
        }
        self.chunks += 1;
        Some(Chunk {
            line: self.line,
            stream: self.stream,
            is_log: self.is_log,
            text: std::mem::take(&mut self.text),
        })
    }

    pub fn is_over_limit(&self) -> bool {
        self.written > LIMIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_stands_apart() {
        let mut pending = Pending::default();
        pending.write(1, OutputStream::Stdout, false, "a ");
        let chunks = pending.write(1, OutputStream::Stdout, true, "SELECT 1\n");
        assert_eq!(
            chunks.map(|chunk| chunk.map(|chunk| (chunk.is_log, chunk.text))),
            [
                Some((false, "a ".to_owned())),
                Some((true, "SELECT 1\n".to_owned()))
            ]
        );
    }

    #[test]
    fn each_stream_has_chunks_of_its_own() {
        let mut pending = Pending::default();
        pending.write(1, OutputStream::Stdout, false, "out");
        let [before, complete] = pending.write(1, OutputStream::Stderr, false, "err\n");
        let streams = [before, complete].map(|chunk| chunk.map(|chunk| (chunk.stream, chunk.text)));
        assert_eq!(
            streams,
            [
                Some((OutputStream::Stdout, "out".to_owned())),
                Some((OutputStream::Stderr, "err\n".to_owned()))
            ]
        );
    }

    #[test]
    fn a_print_is_a_chunk_until_there_are_too_many() {
        let mut pending = Pending::default();
        assert_eq!(
            pending.write(1, OutputStream::Stdout, false, "a "),
            [None, None]
        );
        assert_eq!(
            pending.write(1, OutputStream::Stdout, false, "b\n")[1]
                .as_ref()
                .map(|chunk| chunk.text.as_str()),
            Some("a b\n")
        );
        assert_eq!(
            pending.write(2, OutputStream::Stdout, false, "c"),
            [None, None]
        );
        let [before, complete] = pending.write(3, OutputStream::Stdout, false, "d\n");
        assert_eq!(
            before.map(|chunk| (chunk.line, chunk.text)),
            Some((2, "c".to_owned()))
        );
        assert_eq!(
            complete.map(|chunk| (chunk.line, chunk.text)),
            Some((3, "d\n".to_owned()))
        );

        let chunks: usize = (0..100_000)
            .map(|_| {
                pending
                    .write(4, OutputStream::Stdout, false, "line\n")
                    .into_iter()
                    .flatten()
                    .count()
            })
            .sum();
        assert!((1_990..2_200).contains(&chunks), "{chunks}");
    }
}
