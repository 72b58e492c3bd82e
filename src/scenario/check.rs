//! Quick checks: a question in markdown with a task list of answers, the right ones ticked.

use super::Problem;

/// A question with its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickCheck {
    /// CommonMark.
    pub question: String,
    pub answers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// CommonMark.
    pub text: String,
    pub is_right: bool,
    /// Why it is right or wrong, to be shown once it was picked; CommonMark.
    pub explanation: Option<String>,
}

impl QuickCheck {
    /// Reads a check from its cell's markdown lines, each with its number in the file.
    pub(super) fn read(header: u32, lines: &[(u32, &str)], problems: &mut Vec<Problem>) -> Self {
        let mut question = Vec::new();
        let mut items: Vec<(u32, bool, String)> = Vec::new();
        for (number, line) in lines {
            match task(line) {
                Some(Ok((ticked, text))) => items.push((*number, ticked, text.to_owned())),
                Some(Err(wrong)) => problems.push(Problem::new(
                    *number,
                    wrong,
                    "write - [ ] answer, or - [x] for a right one",
                )),
                None if items.is_empty() => question.push(*line),
                None if line.trim().is_empty() => {}
                None => {
                    let (_, _, text) = items
                        .last_mut()
                        .expect("the branch above took the empty list");
                    text.push(' ');
                    text.push_str(line.trim());
                }
            }
        }
        let mut answers = Vec::new();
        for (number, is_right, text) in items {
            let (text, explanation) = explained(&text);
            if text.is_empty() {
                problems.push(Problem::new(
                    number,
                    "an answer is empty",
                    "write - [ ] answer: why it is wrong",
                ));
            }
            answers.push(Answer {
                text,
                is_right,
                explanation,
            });
        }
        let question = question.join("\n").trim().to_owned();
        if question.is_empty() {
            problems.push(Problem::new(
                header,
                "the check asks nothing",
                "write the question above its answers",
            ));
        }
        if answers.is_empty() {
            problems.push(Problem::new(
                header,
                "the check has no answers",
                "write a task list: - [ ] answer, and - [x] for the right one",
            ));
        } else if !answers.iter().any(|answer| answer.is_right) {
            problems.push(Problem::new(
                header,
                "the check has no right answer",
                "tick it: - [x] answer",
            ));
        }
        Self { question, answers }
    }
}

/// The tick and text of a task list's item; `None` for other lines.
fn task(line: &str) -> Option<Result<(bool, &str), String>> {
    let item = line
        .trim_start()
        .strip_prefix(['-', '*', '+'])?
        .strip_prefix(' ')?
        .trim_start();
    let (tick, text) = item.strip_prefix('[')?.split_once(']')?;
    if text.starts_with(['(', '[']) {
        return None;
    }
    Some(match tick {
        " " | "" => Ok((false, text.trim())),
        "x" | "X" => Ok((true, text.trim())),
        other => Err(format!(
            "the tick {other:?} of an answer is neither a space nor an x"
        )),
    })
}

/// Parts an answer from the explanation after its first colon; a colon in code or inside of a word is neither.
fn explained(item: &str) -> (String, Option<String>) {
    let mut in_code = false;
    for (at, c) in item.char_indices() {
        match c {
            '`' => in_code = !in_code,
            ':' if !in_code => {
                let rest = &item[at + 1..];
                if rest.is_empty() || rest.starts_with(char::is_whitespace) {
                    let why = rest.trim();
                    return (
                        item[..at].trim().to_owned(),
                        (!why.is_empty()).then(|| why.to_owned()),
                    );
                }
            }
            _ => {}
        }
    }
    (item.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (QuickCheck, Vec<String>) {
        let lines: Vec<(u32, &str)> = text
            .lines()
            .enumerate()
            .map(|(at, line)| (at as u32 + 2, line))
            .collect();
        let mut problems = Vec::new();
        let check = QuickCheck::read(1, &lines, &mut problems);
        (check, problems.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn a_question_its_answers_and_why() {
        let (check, problems) = read(
            "How many?\n\n- [ ] 2\n- [x] `a: b` is 101: one for the authors,\n  then one each\n- [ ] at 10:30",
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!(check.question, "How many?");
        let found: Vec<(bool, &str, Option<&str>)> = check
            .answers
            .iter()
            .map(|answer| {
                (
                    answer.is_right,
                    answer.text.as_str(),
                    answer.explanation.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                (false, "2", None),
                (
                    true,
                    "`a: b` is 101",
                    Some("one for the authors, then one each")
                ),
                (false, "at 10:30", None),
            ]
        );
    }

    #[track_caller]
    fn check_wrong(text: &str, expected: &[&str]) {
        assert_eq!(read(text).1, expected);
    }

    #[test]
    fn what_is_malformed_says_so() {
        check_wrong(
            "How many?",
            &[
                "line 1: the check has no answers; write a task list: - [ ] answer, and - [x] for the right one",
            ],
        );
        check_wrong(
            "How many?\n- [ ] 2",
            &["line 1: the check has no right answer; tick it: - [x] answer"],
        );
        check_wrong(
            "- [x] 2",
            &["line 1: the check asks nothing; write the question above its answers"],
        );
        check_wrong(
            "How many?\n- [x] 2\n- [y] 3",
            &[
                "line 4: the tick \"y\" of an answer is neither a space nor an x; write - [ ] answer, or - [x] for a right one",
            ],
        );
        check_wrong(
            "How many?\n- [x] : why",
            &["line 3: an answer is empty; write - [ ] answer: why it is wrong"],
        );
    }
}
