use super::cartesian_product::CartesianProduct;
use super::duplicate::Duplicate;
use super::finding::{Finding, FindingKind, Subject};
use super::full_scan::FullScan;
use super::n_plus_one::NPlusOne;
use super::over_budget::OverBudget;
use super::page_of_rows::PageOfRows;
use super::row_multiplication::RowMultiplication;
use super::unbatched_writes::UnbatchedWrites;
use super::unused_eager_load::UnusedEagerLoad;
use super::{Confidence, Explanation, Trial};
use crate::trace::burst::Burst;
use crate::trace::folded::{Folded, Pushed};
use crate::trace::hash::FastMap;
use crate::trace::shape::Facts;
use crate::trace::{Extra, Statement};

/// Looks for one kind of finding.
pub(crate) trait Detector {
    /// Whether the last statement is any concern of this one. It is asked of every statement, and nearly always the
    /// answer is no: so it must cost next to nothing.
    fn concerns(&self, _last: &Last<'_>) -> bool {
        false
    }

    /// Looks at the last statement, which is a concern of this one.
    fn statement(&mut self, _last: &Last<'_>, _findings: &mut Findings) {}

    /// Looks at the whole, after its end.
    fn finished(&mut self, _folded: &Folded, _findings: &mut Findings) {}

    /// Puts one finding of its kind into words.
    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation;
}

/// The last statement of a trace, with what most detectors ask about it looked up once.
#[derive(Clone, Copy)]
pub(crate) struct Last<'a> {
    pub folded: &'a Folded,
    pub index: usize,
    /// As it came, but for what the trace has taken out of it.
    pub statement: &'a Statement,
    /// Number of its burst.
    pub number: u32,
    pub burst: &'a Burst,
    pub facts: &'a Facts,
    /// What few statements have.
    pub extra: Option<&'a Extra>,
}

impl<'a> Last<'a> {
    #[inline]
    fn of(folded: &'a Folded, statement: &'a Statement, pushed: Pushed) -> Self {
        let store = &folded.store;
        let index = store.len() - 1;
        let Pushed {
            burst: number,
            text,
            has_extra,
        } = pushed;
        Self {
            folded,
            index,
            statement,
            number,
            burst: folded.bursts.get(number),
            facts: &folded.texts.get(text).facts,
            extra: if has_extra { store.extra(index) } else { None },
        }
    }

    pub fn has_failed(&self) -> bool {
        self.extra.is_some_and(|extra| extra.error.is_some())
    }
}

/// Has a detector look at the last statement, if that is any concern of it.
#[inline]
fn show(detector: &mut impl Detector, last: &Last<'_>, findings: &mut Findings) {
    if detector.concerns(last) {
        detector.statement(last, findings);
    }
}

/// All detectors, and what they found.
#[derive(Debug, Default)]
pub(crate) struct Detectors {
    findings: Findings,
    /// By number of the finding and of its remedy, what came of trying it.
    trials: Vec<Vec<Option<Trial>>>,
    n_plus_one: NPlusOne,
    duplicate: Duplicate,
    over_budget: OverBudget,
    unbatched_writes: UnbatchedWrites,
    row_multiplication: RowMultiplication,
    cartesian_product: CartesianProduct,
    page_of_rows: PageOfRows,
    unused_eager_load: UnusedEagerLoad,
    full_scan: FullScan,
}

impl Detectors {
    pub fn findings(&self) -> &[Finding] {
        &self.findings.list
    }

    /// Takes findings over from a file.
    pub fn set_findings(&mut self, folded: &mut Folded, mut findings: Vec<Finding>) {
        for finding in &mut findings {
            let Subject::Told(told) = &mut finding.subject else {
                continue;
            };
            let mut bursts = told.members.iter().map(|&i| folded.store.burst(i as usize));
            told.burst = bursts
                .next()
                .filter(|first| bursts.all(|other| other == *first));
            if let (FindingKind::NPlusOne, Some(burst)) = (finding.kind, told.burst) {
                folded.mark_n_plus_one(burst);
            }
        }
        self.findings = Findings {
            list: findings,
            ..Findings::default()
        };
    }

    /// Looks at the last statement of `folded`.
    #[inline]
    pub fn statement(&mut self, folded: &mut Folded, statement: &Statement, pushed: Pushed) {
        let findings = &mut self.findings;
        let number = pushed.burst;
        let counts = folded.bursts.get(number).counted;
        if counts {
            self.n_plus_one.look(folded, number, findings);
            if let Some(burst) = findings.n_plus_one.take() {
                folded.mark_n_plus_one(burst);
                let members = folded.bursts.get(burst).len();
                self.duplicate.give_up(burst, members, findings);
            }
        }
        let last = &Last::of(folded, statement, pushed);
        if counts {
            show(&mut self.row_multiplication, last, findings);
            show(&mut self.cartesian_product, last, findings);
            show(&mut self.page_of_rows, last, findings);
            show(&mut self.unused_eager_load, last, findings);
            show(&mut self.full_scan, last, findings);
            show(&mut self.unbatched_writes, last, findings);
            show(&mut self.over_budget, last, findings);
        }
        // For every statement, as any may write; and after the N+1, which accounts for its own repeats.
        show(&mut self.duplicate, last, findings);
    }

    pub fn finished(&mut self, folded: &Folded) {
        self.unused_eager_load.finished(folded, &mut self.findings);
    }

    /// Owners of what a burst had loaded ahead of a relationship: how many were read, and how many there are.
    pub fn use_of(&self, folded: &Folded, burst: u32, relationship: &str) -> Option<(u64, u64)> {
        self.unused_eager_load.use_of(folded, burst, relationship)
    }

    pub fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        if let Subject::Told(told) = &finding.subject {
            return told.explanation.clone();
        }
        let detector: &dyn Detector = match finding.kind {
            FindingKind::NPlusOne => &self.n_plus_one,
            FindingKind::Duplicate => &self.duplicate,
            FindingKind::RowMultiplication => &self.row_multiplication,
            FindingKind::CartesianProduct => &self.cartesian_product,
            FindingKind::UnusedEagerLoad => &self.unused_eager_load,
            FindingKind::PageOfRows => &self.page_of_rows,
            FindingKind::FullScan => &self.full_scan,
            FindingKind::UnbatchedWrites => &self.unbatched_writes,
            FindingKind::OverBudget => &self.over_budget,
        };
        let mut told = detector.explain(folded, finding);
        let mut list = self.findings.list.iter();
        if !self.trials.is_empty()
            && let Some(number) = list.position(|other| std::ptr::eq(other, finding))
            && let Some(trials) = self.trials.get(number)
        {
            for (remedy, trial) in told.remedies.iter_mut().zip(trials) {
                remedy.trial = trial.clone().map(Box::new);
            }
        }
        told
    }

    /// Takes down what came of trying the remedies, by number of the finding and of its remedy.
    pub fn set_trials(&mut self, trials: Vec<Vec<Option<Trial>>>) {
        self.trials = trials;
    }

    /// Indices of the first and last statement of a group.
    pub fn extent_of_group(&self, group: u32) -> (usize, usize) {
        self.duplicate.extent(group)
    }

    pub fn members(&self, folded: &Folded, finding: &Finding) -> Vec<u32> {
        match &finding.subject {
            Subject::Burst(burst) => {
                let members = folded.bursts.get(*burst).members();
                members.iter().copied().collect()
            }
            Subject::Statements { members, .. } => members.clone(),
            Subject::Group { group, .. } => self.duplicate.members(*group),
            Subject::Told(told) => told.members.clone(),
            Subject::Cell(cell) => {
                let bursts = folded.bursts.list.iter();
                let mut members: Vec<u32> = bursts
                    .filter(|burst| burst.cell == *cell && burst.counted)
                    .flat_map(|burst| burst.members().iter().copied())
                    .collect();
                members.sort_unstable();
                members
            }
        }
    }
}

/// The findings so far, each kind at most once for one subject.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub list: Vec<Finding>,
    /// By kind and by the detector's own number for what it is about.
    by_subject: FastMap<(FindingKind, u64), u32>,
    /// A burst that the last statement made an N+1.
    pub n_plus_one: Option<u32>,
    /// How often findings were taken back: the numbers of others changed with each.
    removals: u32,
}

/// Where a detector remembers the number of a finding that it brings up to date with every statement.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bookmark {
    number: Option<u32>,
    removals: u32,
}

impl Findings {
    /// The finding about that subject; `new` when there was none.
    pub fn about(
        &mut self,
        kind: FindingKind,
        subject: u64,
        new: impl FnOnce() -> Finding,
    ) -> &mut Finding {
        let list = &mut self.list;
        let number = *self.by_subject.entry((kind, subject)).or_insert_with(|| {
            list.push(new());
            list.len() as u32 - 1
        });
        &mut self.list[number as usize]
    }

    /// The finding that a bookmark is at, if there is one by now.
    #[inline]
    pub fn at(&mut self, bookmark: Bookmark) -> Option<&mut Finding> {
        let number = bookmark.number?;
        (bookmark.removals == self.removals).then(|| &mut self.list[number as usize])
    }

    /// As `about`, found again without a search.
    pub fn marked(
        &mut self,
        bookmark: &mut Bookmark,
        kind: FindingKind,
        subject: u64,
        new: impl FnOnce() -> Finding,
    ) -> &mut Finding {
        let number = match bookmark.number {
            Some(number) if bookmark.removals == self.removals => number,
            _ => {
                self.about(kind, subject, new);
                self.by_subject[&(kind, subject)]
            }
        };
        *bookmark = Bookmark {
            number: Some(number),
            removals: self.removals,
        };
        &mut self.list[number as usize]
    }

    pub fn is_known(&self, kind: FindingKind, subject: u64) -> bool {
        self.by_subject.contains_key(&(kind, subject))
    }

    /// Takes a finding back that later statements have refuted.
    pub fn remove(&mut self, kind: FindingKind, subject: u64) {
        let Some(number) = self.by_subject.remove(&(kind, subject)) else {
            return;
        };
        self.list.remove(number as usize);
        self.removals += 1;
        for other in self.by_subject.values_mut() {
            *other -= u32::from(*other > number);
        }
    }
}

impl Finding {
    /// A finding about all members of a burst.
    pub(crate) fn of_burst(kind: FindingKind, folded: &Folded, number: u32) -> Self {
        let burst = folded.bursts.get(number);
        Self {
            kind,
            confidence: Confidence::Confirmed,
            relationship: burst.relationship.clone(),
            line: burst.line,
            cell: burst.cell,
            parent: folded.statement(burst.first()).parent(),
            count: burst.len() as u64,
            subject: Subject::Burst(number),
        }
    }

    /// A finding about some members of a burst, none yet.
    pub(crate) fn of_statements(kind: FindingKind, folded: &Folded, number: u32) -> Self {
        let burst = folded.bursts.get(number);
        Self {
            parent: folded.statement(burst.last()).parent(),
            count: 0,
            subject: Subject::Statements {
                burst: number,
                members: Vec::new(),
            },
            ..Self::of_burst(kind, folded, number)
        }
    }
}
