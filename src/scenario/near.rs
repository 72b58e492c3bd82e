//! "Did you mean": the known name that a mistyped one was probably meant to be.

/// The nearest of `known`, when it is near enough to have been meant; the case of letters is no difference.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bound = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&given.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Letters to insert, drop, change or swap with their neighbour to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, known: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(given, known.iter().copied()), expected);
    }

    #[test]
    fn a_slip_finds_its_word() {
        check(
            "Author.boks",
            &["Author.books", "Book.author"],
            Some("Author.books"),
        );
        check(
            "selectni",
            &["select", "selectin", "joined"],
            Some("selectin"),
        );
        check("budgt", &["budget"], Some("budget"));
        check("n", &["N"], Some("N"));
    }

    #[test]
    fn another_word_finds_none() {
        check("Shop.items", &["Author.books", "Book.author"], None);
        check("tags", &["budget"], None);
        check("", &["budget"], None);
    }
}
