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

/// The law that several counts, which together make a whole, obey; none when one of them obeys none.
///
/// `ns` are the values of the parameter, rising; each of `series` has a count for each of them. `others` are the
/// scenario's other whole-number parameters, which stayed as they were: a factor that equals one of them is called by
/// its name. Three values of N are the least to tell a law from a coincidence.
pub fn fit(ns: &[u64], series: &[Vec<u64>], others: &[(String, u64)]) -> Option<Law> {
    if ns.len() < 3 || series.is_empty() {
        return None;
    }
    let mut law = Law::default();
    for counts in series {
        law.add(one(ns, counts, others)?);
    }
    law.products.sort();
    law.chunks.sort_unstable();
    Some(law)
}

/// The law of one series.
fn one(ns: &[u64], counts: &[u64], others: &[(String, u64)]) -> Option<Law> {
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
        return Some(linear.named(others));
    }
    // Chunks: as many owners for each N as a factor says, which is 1, or another parameter.
    let named = others
        .iter()
        .map(|(name, value)| (*value, Some(name.clone())));
    let factors = std::iter::once((1, None)).chain(named);
    factors
        .filter(|(factor, _)| *factor > 0)
        .find_map(|factor| {
            let chunked = Law {
                constant: first.checked_sub((factor.0 * first_n).div_ceil(CHUNK))?,
                chunks: vec![factor],
                ..Law::default()
            };
            obeyed(&chunked).then_some(chunked)
        })
}

impl Law {
    /// What it gives for an N; none when a parameter that it names is not there.
    pub fn at(&self, n: u64, others: &[(String, u64)]) -> Option<u64> {
        let mut count = self.constant + self.linear * n;
        for name in &self.products {
            let (_, value) = others.iter().find(|(other, _)| other == name)?;
            count += value * n;
        }
        count += self
            .chunks
            .iter()
            .map(|(factor, _)| (factor * n).div_ceil(CHUNK))
            .sum::<u64>();
        Some(count)
    }

    /// Whether it is the same at any N.
    pub fn is_constant(&self) -> bool {
        self.linear == 0 && self.products.is_empty() && self.chunks.is_empty()
    }

    /// Calls a factor by the name of the parameter that it equals.
    fn named(mut self, others: &[(String, u64)]) -> Self {
        let name = others
            .iter()
            .find(|(_, value)| *value == self.linear && *value > 1)
            .map(|(name, _)| name.clone());
        if let Some(name) = name {
            self.linear = 0;
            self.products.push(name);
        }
        self
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
                (_, None) => format!("⌈{parameter}/{CHUNK}⌉"),
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

    #[track_caller]
    fn check(series: &[&dyn Fn(u64) -> u64], others: &[(&str, u64)], expected: Option<&str>) {
        let series: Vec<Vec<u64>> = series
            .iter()
            .map(|count| NS.iter().map(|&n| count(n)).collect())
            .collect();
        let others: Vec<_> = others
            .iter()
            .map(|&(name, value)| (name.to_owned(), value))
            .collect();
        let law = fit(&NS, &series, &others);
        assert_eq!(law.as_ref().map(Law::to_string).as_deref(), expected);
        if let Some(law) = law {
            for (at, &n) in NS.iter().enumerate() {
                let sum = series.iter().map(|counts| counts[at]).sum();
                assert_eq!(law.at(n, &others), Some(sum), "at {n}");
            }
        }
    }

    #[test]
    fn the_laws_of_the_strategies() {
        check(&[&|_| 1, &|n| n], &[], Some("1 + N"));
        check(&[&|_| 1, &|n| n.div_ceil(500)], &[], Some("1 + ⌈N/500⌉"));
        check(&[&|_| 1], &[], Some("1"));
        check(&[&|_| 1, &|_| 1], &[], Some("2"));
        check(&[&|_| 1, &|n| n, &|n| n], &[], Some("1 + 2·N"));
        check(&[&|n| 1 + n], &[], Some("1 + N"));
        check(&[&|_| 0], &[], Some("0"));
    }

    #[test]
    fn a_factor_that_is_a_parameter_has_its_name() {
        let others = [("M", 5)];
        check(&[&|_| 1, &|n| n, &|n| 5 * n], &others, Some("1 + N + N·M"));
        check(
            &[&|_| 1, &|n| n.div_ceil(500), &|n| (5 * n).div_ceil(500)],
            &others,
            Some("1 + ⌈N/500⌉ + ⌈N·M/500⌉"),
        );
        check(&[&|_| 1, &|n| 3 * n], &others, Some("1 + 3·N"));
        let chunks = |n: u64| (5 * n).div_ceil(500);
        check(
            &[&|_| 1, &chunks, &|n| n.div_ceil(500), &chunks],
            &others,
            Some("1 + ⌈N/500⌉ + 2·⌈N·M/500⌉"),
        );
    }

    #[test]
    fn what_obeys_no_law_gets_none() {
        check(&[&|_| 1, &|n| n * n], &[], None);
        check(&[&|n| 1 + n + u64::from(n == 10)], &[], None);
        check(&[&|n| n.div_ceil(3)], &[], None);
        check(&[&|n| n.min(50)], &[], None);
        check(&[], &[], None);
        assert_eq!(fit(&[1, 2], &[vec![1, 2]], &[]), None);
        assert_eq!(fit(&[1, 2, 3], &[vec![1, 2]], &[]), None);
        assert_eq!(fit(&[5, 5, 5], &[vec![1, 1, 1]], &[]), None);
    }

    #[test]
    fn the_parameter_has_its_own_name() {
        let law = fit(&[1, 2, 3], &[vec![1, 1, 1], vec![2, 4, 6]], &[]);
        let law = law.expect("it is linear");
        assert_eq!(law.text("AUTHORS"), "1 + 2·AUTHORS");
        assert!(!law.is_constant());
    }
}
