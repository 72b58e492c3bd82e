//! By which law a count grows with a parameter: `1 + N`, `1 + N + N·M`, `1 + ⌈N/500⌉`, `2`.
//!
//! A law is stated only when it gives every count exactly; a curve that comes near is no law.

use std::fmt;

/// How many owners SQLAlchemy's selectin loads with one statement
/// (`SelectInLoader._chunksize`, "Select IN loading" in its documentation).
const CHUNK: u64 = 500;

/// A sum of terms, each of which a count has grown by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Law {
    /// What is there at any N.
    constant: u64,
    /// How often N itself is in it.
    linear: u64,
    /// Names of parameters that N is multiplied with, one for each term of that kind.
    products: Vec<String>,
    /// Terms `⌈factor·N/500⌉`: their factors, which may be parameters.
    chunks: Vec<(u64, Option<String>)>,
}

/// Counts of one cause.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// One for each value of the parameter that rises.
    pub counts: Vec<u64>,
    /// What it came to when another parameter had another value.
    pub probes: Vec<Probe>,
}

/// A count at an N at which one other parameter was varied.
#[derive(Clone, Debug)]
pub struct Probe {
    pub n: u64,
    pub parameter: String,
    pub value: u64,
    pub count: u64,
}

/// The law that several counts, which together make a whole, obey; none when one of them obeys none.
///
/// `ns` are the values of the parameter, rising. `others` are the scenario's other whole-number parameters, which stayed
/// as they were: a factor has the name of one that it equals when the count follows that parameter too, as a probe
/// shows. Three values of N are the least to tell a law from a coincidence.
pub fn fit(ns: &[u64], series: &[Series], others: &[(String, u64)]) -> Option<Law> {
    if ns.len() < 3 || series.is_empty() {
        return None;
    }
    let mut law = Law::default();
    for series in series {
        law.add(one(ns, series, others)?);
    }
    law.products.sort();
    law.chunks.sort_unstable();
    Some(law)
}

/// The law of one series.
fn one(ns: &[u64], series: &Series, others: &[(String, u64)]) -> Option<Law> {
    let counts = &series.counts;
    let (&first_n, &last_n) = (ns.first()?, ns.last()?);
    let (&first, &last) = (counts.first()?, counts.last()?);
    if counts.len() != ns.len() || last_n <= first_n {
        return None;
    }
    let obeyed = |law: &Law| {
        ns.iter()
            .zip(counts)
            .all(|(&n, &count)| law.at(n, others) == Some(count))
    };
    let constant = Law {
        constant: first,
        ..Law::default()
    };
    if obeyed(&constant) {
        return Some(constant);
    }
    let slope = last.checked_sub(first)? / (last_n - first_n);
    let linear = Law {
        constant: first.saturating_sub(slope * first_n),
        linear: slope,
        ..Law::default()
    };
    if slope > 0 && obeyed(&linear) {
        let named = |name: &String| Law {
            linear: 0,
            products: vec![name.clone()],
            ..linear.clone()
        };
        return Some(proven(slope, series, others, &linear, named).unwrap_or(linear));
    }
    // Chunks: as many owners for each N as a factor says, which is 1, or what another parameter is.
    let factors = std::iter::once(1).chain(others.iter().map(|(_, value)| *value));
    let chunked = |factor: u64, name: Option<&String>| {
        Some(Law {
            constant: first.checked_sub(factor.checked_mul(first_n)?.div_ceil(CHUNK))?,
            chunks: vec![(factor, name.cloned())],
            ..Law::default()
        })
    };
    let mut laws = factors
        .filter(|factor| *factor > 0)
        .filter_map(|factor| Some((factor, chunked(factor, None).filter(&obeyed)?)));
    let (factor, law) = laws.next()?;
    let named = |name: &String| chunked(factor, Some(name)).unwrap_or_default();
    Some(proven(factor, series, others, &law, named).unwrap_or(law))
}

/// The law with the name of a parameter that equals its factor, where each run in which that parameter was another obeys
/// it as well, and one of them would not obey the law with the number.
fn proven(
    factor: u64,
    series: &Series,
    others: &[(String, u64)],
    unnamed: &Law,
    named: impl Fn(&String) -> Law,
) -> Option<Law> {
    let equal = others.iter().filter(|(_, value)| *value == factor);
    let mut laws = equal.map(|(name, _)| (name, named(name)));
    let found = laws.find(|(name, law)| {
        let probes = series.probes.iter().filter(|it| it.parameter == **name);
        let is_told = |probe: &Probe| unnamed.at(probe.n, &[]) != Some(probe.count);
        let is_obeyed =
            |probe: &Probe| law.at(probe.n, &[((*name).clone(), probe.value)]) == Some(probe.count);
        probes.clone().any(is_told) && { probes }.all(is_obeyed)
    });
    found.map(|(_, law)| law)
}

impl Law {
    /// What it gives for an N; none when a parameter that it names is not there, or when there is no such number.
    pub fn at(&self, n: u64, others: &[(String, u64)]) -> Option<u64> {
        let mut count = self.constant.checked_add(self.linear.checked_mul(n)?)?;
        for name in &self.products {
            let (_, value) = others.iter().find(|(other, _)| other == name)?;
            count = count.checked_add(value.checked_mul(n)?)?;
        }
        for (factor, name) in &self.chunks {
            let factor = match name {
                Some(name) => others.iter().find(|(other, _)| other == name)?.1,
                None => *factor,
            };
            count = count.checked_add(factor.checked_mul(n)?.div_ceil(CHUNK))?;
        }
        Some(count)
    }

    /// Whether it is the same at any N.
    pub fn is_constant(&self) -> bool {
        self.linear == 0 && self.products.is_empty() && self.chunks.is_empty()
    }

    fn add(&mut self, other: Self) {
        self.constant += other.constant;
        self.linear += other.linear;
        self.products.extend(other.products);
        self.chunks.extend(other.chunks);
    }

    /// The law with the parameter's own name in the place of N.
    pub fn text(&self, parameter: &str) -> String {
        let mut terms = Vec::new();
        if self.constant > 0 {
            terms.push(self.constant.to_string());
        }
        match self.linear {
            0 => {}
            1 => terms.push(parameter.to_owned()),
            times => terms.push(format!("{times}·{parameter}")),
        }
        for name in &self.products {
            terms.push(format!("{parameter}·{name}"));
        }
        // They are sorted, so that those that are alike stand together.
        for alike in self.chunks.chunk_by(|a, b| a == b) {
            let chunk = match &alike[0] {
                (1, None) => format!("⌈{parameter}/{CHUNK}⌉"),
                (factor, None) => format!("⌈{factor}·{parameter}/{CHUNK}⌉"),
                (_, Some(name)) => format!("⌈{parameter}·{name}/{CHUNK}⌉"),
            };
            terms.push(match alike.len() {
                1 => chunk,
                times => format!("{times}·{chunk}"),
            });
        }
        match terms.is_empty() {
            true => "0".to_owned(),
            false => terms.join(" + "),
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text("N"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NS: [u64; 9] = [1, 2, 5, 10, 100, 200, 500, 1000, 2000];

    /// Counts by N and M, the other parameter where there is one, which is 5 and was varied to 6 at some values of N.
    #[track_caller]
    fn check_probed(
        series: &[&dyn Fn(u64, u64) -> u64],
        probed: Option<&[u64]>,
        expected: Option<&str>,
    ) {
        let (has_m, probed) = (probed.is_some(), probed.unwrap_or_default());
        let counted: Vec<Series> = series
            .iter()
            .map(|count| Series {
                counts: NS.iter().map(|&n| count(n, 5)).collect(),
                probes: probed
                    .iter()
                    .map(|&n| Probe {
                        n,
                        parameter: "M".to_owned(),
                        value: 6,
                        count: count(n, 6),
                    })
                    .collect(),
            })
            .collect();
        let others: &[(String, u64)] = &[("M".to_owned(), 5)];
        let others = if has_m { others } else { &[] };
        let law = fit(&NS, &counted, others);
        assert_eq!(law.as_ref().map(Law::to_string).as_deref(), expected);
        if let Some(law) = law {
            for &n in &NS {
                let sum = series.iter().map(|count| count(n, 5)).sum();
                assert_eq!(law.at(n, others), Some(sum), "at {n}");
            }
        }
    }

    #[track_caller]
    fn check(series: &[&dyn Fn(u64, u64) -> u64], has_m: bool, expected: Option<&str>) {
        let probed: &[u64] = &[10, 1000];
        check_probed(series, has_m.then_some(probed), expected);
    }

    #[test]
    fn the_laws_of_the_strategies() {
        check(&[&|_, _| 1, &|n, _| n], false, Some("1 + N"));
        check(
            &[&|_, _| 1, &|n, _| n.div_ceil(500)],
            false,
            Some("1 + ⌈N/500⌉"),
        );
        check(&[&|_, _| 1], false, Some("1"));
        check(&[&|_, _| 1, &|_, _| 1], false, Some("2"));
        check(&[&|_, _| 1, &|n, _| n, &|n, _| n], false, Some("1 + 2·N"));
        check(&[&|n, _| 1 + n], false, Some("1 + N"));
        check(&[&|_, _| 0], false, Some("0"));
    }

    #[test]
    fn a_factor_that_is_a_parameter_has_its_name() {
        check(
            &[&|_, _| 1, &|n, _| n, &|n, m| m * n],
            true,
            Some("1 + N + N·M"),
        );
        check(
            &[&|_, _| 1, &|n, _| n.div_ceil(500), &|n, m| {
                (m * n).div_ceil(500)
            }],
            true,
            Some("1 + ⌈N/500⌉ + ⌈N·M/500⌉"),
        );
        check(&[&|_, _| 1, &|n, _| 3 * n], true, Some("1 + 3·N"));
    }

    #[test]
    fn a_factor_that_only_equals_a_parameter_is_a_number() {
        check(&[&|_, _| 1, &|n, _| 5 * n], true, Some("1 + 5·N"));
        check(
            &[&|_, _| 1, &|n, m| (m * m - 20) * n],
            true,
            Some("1 + 5·N"),
        );
        // Nobody varied it, or not where it makes a difference.
        check_probed(&[&|n, m| m * n], Some(&[]), Some("5·N"));
        let chunks = |n: u64, m: u64| (m * n).div_ceil(500);
        check_probed(&[&chunks], Some(&[10]), Some("⌈5·N/500⌉"));
    }

    #[test]
    fn what_obeys_no_law_gets_none() {
        check(&[&|_, _| 1, &|n, _| n * n], false, None);
        check(&[&|n, _| 1 + n + u64::from(n == 10)], false, None);
        check(&[&|n, _| n.div_ceil(3)], false, None);
        check(&[&|n, _| n.min(50)], false, None);
        check(&[], false, None);
        let of = |counts: &[u64]| Series {
            counts: counts.to_vec(),
            probes: Vec::new(),
        };
        assert_eq!(fit(&[1, 2], &[of(&[1, 2])], &[]), None);
        assert_eq!(fit(&[1, 2, 3], &[of(&[1, 2])], &[]), None);
        assert_eq!(fit(&[5, 5, 5], &[of(&[1, 1, 1])], &[]), None);
    }

    #[test]
    fn the_parameter_has_its_own_name() {
        let of = |counts: [u64; 3]| Series {
            counts: counts.to_vec(),
            probes: Vec::new(),
        };
        let law = fit(&[1, 2, 3], &[of([1, 1, 1]), of([2, 4, 6])], &[]);
        let law = law.expect("it is linear");
        assert_eq!(law.text("AUTHORS"), "1 + 2·AUTHORS");
        assert!(!law.is_constant());
    }
}
