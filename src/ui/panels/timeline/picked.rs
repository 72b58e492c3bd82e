//! Which bars the selection touches.

use super::scene::Picked;
use crate::trace::{Burst, Trace};
use crate::ui::selection::Target;

/// Members of a finding that are looked up one by one; beyond, its whole extent counts.
const MOST_MEMBERS: u64 = 10_000;

/// The selection, prepared for being asked about many bars.
pub enum Pick<'a> {
    Nothing,
    /// A statement by its lane and index.
    Statement(usize, u32),
    /// Bursts with their lanes.
    Bursts(Vec<(usize, &'a Burst)>),
    /// Statement indices, in order.
    Members(Vec<u32>),
    /// All statements between two indices, both included.
    Between(u32, u32),
}

impl<'a> Pick<'a> {
    pub fn new(trace: &'a Trace, target: Target) -> Self {
        let bursts = |numbers: Vec<usize>| {
            let with_lane = numbers.into_iter().filter_map(|number| {
                let burst = trace.bursts().get(number)?;
                Some((trace.lane_of(burst.first()), burst))
            });
            Self::Bursts(with_lane.collect())
        };
        match target {
            Target::Nothing => Self::Nothing,
            Target::Statement(id) => match trace.statement_by_id(id) {
                Some(statement) => {
                    let index = statement.index();
                    Self::Statement(trace.lane_of(index), index as u32)
                }
                None => Self::Nothing,
            },
            Target::Burst(number) => bursts(vec![number as usize]),
            Target::Line(line) => {
                let numbered = trace.bursts().iter().enumerate();
                let of_line = numbered.filter(|(_, burst)| burst.line == line);
                bursts(of_line.map(|(number, _)| number).collect())
            }
            Target::Finding(number) => {
                let Some(finding) = trace.findings().get(number as usize) else {
                    return Self::Nothing;
                };
                let whole = finding.burst().filter(|&burst| {
                    let burst = trace.bursts().get(burst);
                    burst.is_some_and(|burst| burst.len() as u64 == finding.count)
                });
                match (whole, trace.extent(finding)) {
                    (Some(burst), _) => bursts(vec![burst]),
                    (None, Some((first, last))) if finding.count > MOST_MEMBERS => {
                        Self::Between(first as u32, last as u32)
                    }
                    (None, Some(_)) => Self::Members(trace.members(finding)),
                    (None, None) => Self::Nothing,
                }
            }
        }
    }

    /// Whether a bar of a lane, from one statement index to another, is touched.
    pub fn of(&self, lane: usize, first: u32, last: u32) -> Picked {
        let is_inside = |member: Option<&u32>| member.is_some_and(|&member| member <= last);
        let is_kin = match self {
            Self::Nothing => false,
            Self::Statement(of_lane, index) => {
                if *of_lane == lane && (first..=last).contains(index) {
                    return Picked::Itself;
                }
                false
            }
            Self::Bursts(bursts) => bursts.iter().any(|(of_lane, burst)| {
                let members = burst.members();
                let from = || members.partition_point(|&at| at < first);
                *of_lane == lane && is_inside(members.get(from()))
            }),
            Self::Members(members) => {
                let from = members.partition_point(|&member| member < first);
                is_inside(members.get(from))
            }
            Self::Between(from, to) => first <= *to && last >= *from,
        };
        match is_kin {
            true => Picked::Kin,
            false => Picked::No,
        }
    }
}
