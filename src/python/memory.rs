//! How much memory a run may take in all.
//!
//! What is measured is the process's own, from where it stood when the run began: a list that grows for ever, rows of a
//! database without end and the trace of a flood are all one to the machine that must hold them.

/// Bytes that the process may grow by while a run lasts.
const MOST: usize = 4 << 30;

/// What the process held when a run began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    before: usize,
}

impl Memory {
    pub fn measure() -> Self {
        Self { before: resident() }
    }

    /// The sentence that ends a run which has taken too much.
    pub fn over(self) -> Option<String> {
        self.over_at(resident())
    }

    fn over_at(self, now: usize) -> Option<String> {
        (now.saturating_sub(self.before) > MOST).then(|| {
            let limit = MOST >> 30;
            format!("The scenario took more than {limit} GB of memory.")
        })
    }
}

/// Bytes in the machine's memory; none on a system that does not say, where a run is not bounded.
fn resident() -> usize {
    memory_stats::memory_stats().map_or(0, |stats| stats.physical_mem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_counts_and_not_what_was_there() {
        let memory = Memory { before: 9 << 30 };
        assert_eq!(memory.over_at(0), None);
        assert_eq!(memory.over_at(memory.before + MOST), None);
        let over = memory.over_at(memory.before + MOST + 1);
        assert!(over.is_some_and(|sentence| sentence.contains("4 GB")));
    }

    #[test]
    fn what_is_held_is_measured() {
        let before = resident();
        let held = vec![1_u8; 256 << 20];
        assert!(resident() > before + (128 << 20));
        drop(held);
    }
}
