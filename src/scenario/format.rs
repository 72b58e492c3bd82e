//! A scenario's file, read: its cells, parameters and quick checks, and what is wrong with it.

use std::sync::Arc;

use super::check::QuickCheck;
use super::header::{self, Header};
use super::lines::{Line, lines};
use super::parameter::Parameter;
use super::{Problem, RunRequest, literal, near};
use crate::trace::{self, CellKind, Param, ScenarioInfo, Settings, Strategy};

/// A scenario as its file writes it. Reading never fails: what is wrong stands in `problems`, the rest is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The file's name without `.py`.
    pub name: String,
    /// The first markdown heading, else the name.
    pub title: String,
    /// The whole file.
    pub source: Arc<str>,
    /// In order; each line of the file is in one of them, but for blank ones before the first marker.
    pub cells: Vec<Cell>,
    /// In order; no two of one name.
    pub parameters: Vec<Parameter>,
    /// In order of their lines.
    pub problems: Vec<Problem>,
}

/// A cell with what a notebook shows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub info: trace::Cell,
    pub content: Content,
    /// First line of the content, that is, the one after the header.
    pub body_line: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Python, from `body_line` to the cell's last line.
    Code,
    /// CommonMark, without the `# ` of its lines.
    Markdown(String),
    Check(QuickCheck),
}

impl Scenario {
    /// Reads a file's text; `name` is the file's without `.py`.
    pub fn parse(name: &str, source: &str) -> Self {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let lines = lines(source);
        let mut problems = Vec::new();
        let cells = cells(&lines, &mut problems);
        let parameters = parameters(&lines, &cells, &mut problems);
        problems.sort_by_key(|problem| problem.line);
        let title = cells
            .iter()
            .find_map(|cell| match &cell.content {
                Content::Markdown(text) => heading(text),
                Content::Check(check) => heading(&check.question),
                Content::Code => None,
            })
            .unwrap_or_else(|| name.to_owned());
        Self {
            name: name.to_owned(),
            title,
            source: Arc::from(source),
            cells,
            parameters,
            problems,
        }
    }

    /// The parameter of that name.
    ///
    /// # Errors
    /// Names the known ones.
    pub fn parameter(&self, name: &str) -> Result<&Parameter, ValueError> {
        let known = || {
            self.parameters
                .iter()
                .map(|parameter| parameter.name.as_str())
        };
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
            .ok_or_else(|| ValueError::Unknown {
                name: name.to_owned(),
                meant: near::nearest(name, known()).map(str::to_owned),
                known: known().map(str::to_owned).collect(),
            })
    }

    /// The value that `text` gives to the parameter `name`.
    ///
    /// # Errors
    /// There is no such parameter, or it does not take that value.
    pub fn value(&self, name: &str, text: &str) -> Result<Param, ValueError> {
        self.parameter(name)?
            .parse(text)
            .map_err(|right| ValueError::Outside {
                name: name.to_owned(),
                given: text.to_owned(),
                right,
            })
    }

    /// What to run: the file with the literals of `values` put in, and the strategies that a toggle sets.
    ///
    /// # Errors
    /// A value is for no parameter, or not one that its parameter takes.
    pub fn request(
        &self,
        values: &[(String, Param)],
        strategies: Vec<(String, Strategy)>,
        settings: Settings,
    ) -> Result<RunRequest, ValueError> {
        for (name, value) in values {
            self.parameter(name)?
                .accepts(value)
                .map_err(|right| ValueError::Outside {
                    name: name.clone(),
                    given: literal::write(value),
                    right,
                })?;
        }
        let params: Vec<(String, Param)> = self
            .parameters
            .iter()
            .map(|parameter| {
                let set = values
                    .iter()
                    .rev()
                    .find(|(name, _)| *name == parameter.name);
                let value = set.map_or(&parameter.value, |(_, value)| value);
                (parameter.name.clone(), value.clone())
            })
            .collect();
        Ok(RunRequest {
            code: self.with_literals(&params),
            info: ScenarioInfo {
                name: self.name.clone(),
                title: self.title.clone(),
                source: self.source.clone(),
                params,
                settings,
                cells: self.cells.iter().map(|cell| cell.info.clone()).collect(),
            },
            strategies,
            overrides: Vec::new(),
        })
    }

    /// The source with these values in place of the parameters' literals; a value that stands there already is left
    /// as it is written. Lines keep their numbers, since a literal is within one line.
    fn with_literals(&self, params: &[(String, Param)]) -> String {
        let mut code = String::with_capacity(self.source.len());
        let mut copied = 0;
        for (parameter, (_, value)) in self.parameters.iter().zip(params) {
            if *value == parameter.value {
                continue;
            }
            code.push_str(&self.source[copied..parameter.literal.start]);
            code.push_str(&literal::write(value));
            copied = parameter.literal.end;
        }
        code.push_str(&self.source[copied..]);
        code
    }
}

/// A value that a parameter cannot take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("there is no parameter {name:?}{}; {}", did_you_mean(.meant.as_deref()), known_parameters(.known))]
    Unknown {
        name: String,
        known: Vec<String>,
        meant: Option<String>,
    },
    #[error("parameter {name} cannot be {given:?}; it takes {right}")]
    Outside {
        name: String,
        given: String,
        right: String,
    },
}

/// ` (did you mean "books"?)`, or nothing.
pub fn did_you_mean(meant: Option<&str>) -> String {
    meant
        .map(|name| format!(" (did you mean {name:?}?)"))
        .unwrap_or_default()
}

fn known_parameters(known: &[String]) -> String {
    match known {
        [] => "the scenario has none".to_owned(),
        known => format!("the scenario has {}", known.join(", ")),
    }
}

fn cells(lines: &[Line<'_>], problems: &mut Vec<Problem>) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut first = 0;
    while first < lines.len() {
        let opens = header::marker(&lines[first]);
        let end = (first + 1..lines.len())
            .find(|at| header::marker(&lines[*at]).is_some())
            .unwrap_or(lines.len());
        let header = opens.map(|text| header::parse(lines[first].number, text, problems));
        let body = &lines[first + usize::from(header.is_some())..end];
        if header.is_some() || body.iter().any(|line| !line.text.trim().is_empty()) {
            cells.push(cell(
                cells.len() as u32,
                header,
                &lines[first..end],
                body,
                problems,
            ));
        }
        first = end;
    }
    cells
}

fn cell(
    id: u32,
    header: Option<Header>,
    whole: &[Line<'_>],
    body: &[Line<'_>],
    problems: &mut Vec<Problem>,
) -> Cell {
    let first_line = whole.first().map_or(1, |line| line.number);
    let last_line = whole.last().map_or(first_line, |line| line.number);
    let body_line = first_line + u32::from(header.is_some());
    let header = header.unwrap_or(Header {
        kind: CellKind::Code,
        title: String::new(),
        setup: false,
        check: false,
        budget: None,
    });
    let content = match header.kind {
        CellKind::Code => Content::Code,
        CellKind::Markdown => {
            let text = markdown(body, problems);
            if header.check {
                Content::Check(QuickCheck::read(first_line, &text, problems))
            } else {
                let text: Vec<&str> = text.into_iter().map(|(_, line)| line).collect();
                Content::Markdown(text.join("\n").trim().to_owned())
            }
        }
    };
    let title = match &content {
        Content::Markdown(text) if header.title.is_empty() => heading(text).unwrap_or_default(),
        _ => header.title,
    };
    Cell {
        info: trace::Cell {
            id,
            kind: header.kind,
            title,
            first_line,
            last_line,
            setup: header.setup,
            budget: header.budget,
        },
        content,
        body_line,
    }
}

/// The lines of a markdown cell without their `# `; or, as Jupytext also writes it, those within triple quotes.
fn markdown<'a>(body: &[Line<'a>], problems: &mut Vec<Problem>) -> Vec<(u32, &'a str)> {
    let mut text = Vec::new();
    let mut closing = None;
    for line in body {
        let code = line.text.trim();
        if let Some(quotes) = closing {
            match code.strip_suffix(quotes) {
                Some(last) => {
                    text.push((line.number, last));
                    closing = None;
                }
                None => text.push((line.number, line.text)),
            }
        } else if let Some(comment) = line.text.strip_prefix('#') {
            text.push((line.number, comment.strip_prefix(' ').unwrap_or(comment)));
        } else if code.is_empty() {
            text.push((line.number, ""));
        } else if let Some((quotes, first)) = opened(code) {
            match first.strip_suffix(quotes) {
                Some(only) => text.push((line.number, only)),
                None => {
                    text.push((line.number, first));
                    closing = Some(quotes);
                }
            }
        } else {
            problems.push(Problem::new(
                line.number,
                "a markdown cell holds code",
                "put # before its text, or begin a cell of code with # %%",
            ));
            break;
        }
    }
    text
}

fn opened(code: &str) -> Option<(&'static str, &str)> {
    let code = code.strip_prefix(['r', 'R']).unwrap_or(code);
    ["\"\"\"", "'''"]
        .into_iter()
        .find_map(|quotes| code.strip_prefix(quotes).map(|rest| (quotes, rest)))
}

/// The first ATX heading of a markdown text.
fn heading(text: &str) -> Option<String> {
    let mut in_fence = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if !in_fence && (1..=6).contains(&level) && line[level..].starts_with(' ') {
            let title = line[level..].trim().trim_end_matches('#').trim();
            if !title.is_empty() {
                return Some(title.to_owned());
            }
        }
    }
    None
}

fn parameters(lines: &[Line<'_>], cells: &[Cell], problems: &mut Vec<Problem>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let code = cells.iter().filter(|cell| cell.content == Content::Code);
    let code = code
        .flat_map(|cell| &lines[cell.info.first_line as usize - 1..cell.info.last_line as usize]);
    for line in code {
        match Parameter::read(line) {
            None => {}
            Some(Err(problem)) => problems.push(problem),
            Some(Ok(parameter)) => {
                match parameters.iter().find(|other| other.name == parameter.name) {
                    Some(other) => problems.push(Problem::new(
                        parameter.line,
                        format!(
                            "a second parameter is named {}, as the one of line {}",
                            parameter.name, other.line
                        ),
                        "give it another name",
                    )),
                    None => {
                        problems.extend(parameter.problem());
                        parameters.push(parameter);
                    }
                }
            }
        }
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRAP: &str = "\
# %% [markdown]
# # The N+1 trap
# One query loads the authors.

# %% Models setup
N = 100  # @param {type:\"slider\", min:1, max:10000, step:1}
x = '''
# %% not a cell
'''

# %% List page budget=3
print(N)

# %% [markdown] check
# How many?
# - [x] 101
";

    /// Each cell as `first-last kind title`, with what its header says.
    fn described(scenario: &Scenario) -> Vec<String> {
        scenario
            .cells
            .iter()
            .map(|cell| {
                let info = &cell.info;
                let kind = match &cell.content {
                    Content::Code => "code".to_owned(),
                    Content::Markdown(text) => format!("markdown({text})"),
                    Content::Check(check) => format!("check({})", check.question),
                };
                let setup = if info.setup { " setup" } else { "" };
                let budget = info
                    .budget
                    .map(|budget| format!(" budget={budget}"))
                    .unwrap_or_default();
                format!(
                    "{}-{} {kind} {:?}{setup}{budget}",
                    info.first_line, info.last_line, info.title
                )
            })
            .collect()
    }

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let scenario = Scenario::parse("file", source);
        assert_eq!(described(&scenario), expected);
        assert_eq!(scenario.problems, []);
    }

    #[track_caller]
    fn check_problems(source: &str, expected: &[&str]) {
        let found: Vec<String> = Scenario::parse("file", source)
            .problems
            .iter()
            .map(Problem::to_string)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn cells_with_their_lines() {
        check(
            TRAP,
            &[
                "1-4 markdown(# The N+1 trap\nOne query loads the authors.) \"The N+1 trap\"",
                "5-10 code \"Models\" setup",
                "11-13 code \"List page\" budget=3",
                "14-16 check(How many?) \"\"",
            ],
        );
        check(
            "import x\n\n# %% A\ny\n",
            &["1-2 code \"\"", "3-4 code \"A\""],
        );
        check("\n\n# %% A\r\ny\r\n", &["3-4 code \"A\""]);
        check(
            "# %% [markdown]\n\"\"\"\n# A\nb\n\"\"\"\n",
            &["1-5 markdown(# A\nb) \"A\""],
        );
        check("", &[]);
    }

    #[test]
    fn title_and_byte_order_mark() {
        assert_eq!(Scenario::parse("file", TRAP).title, "The N+1 trap");
        assert_eq!(Scenario::parse("file", "x = 1").title, "file");
        let marked = Scenario::parse("file", "\u{feff}# %% A\n");
        assert_eq!(&*marked.source, "# %% A\n");
    }

    #[test]
    fn a_request_puts_the_literal_in_and_keeps_the_lines() {
        let scenario = Scenario::parse("file", TRAP);
        let values = [("N".to_owned(), Param::Integer(7))];
        let request = scenario
            .request(&values, Vec::new(), Settings::default())
            .expect("right");
        assert_eq!(request.info.params, values);
        assert_eq!(request.code, TRAP.replace("N = 100", "N = 7"));
        assert_eq!(&*request.info.source, TRAP);
        let as_written = scenario
            .request(&[], Vec::new(), Settings::default())
            .expect("right");
        assert_eq!(as_written.code, TRAP);
        assert_eq!(
            as_written.info.params,
            [("N".to_owned(), Param::Integer(100))]
        );
    }

    #[test]
    fn a_wrong_value_names_the_right_ones() {
        let scenario = Scenario::parse("file", TRAP);
        #[track_caller]
        fn check(scenario: &Scenario, name: &str, value: &str, expected: &str) {
            assert_eq!(
                scenario.value(name, value).expect_err("wrong").to_string(),
                expected
            );
        }
        check(
            &scenario,
            "N",
            "0",
            "parameter N cannot be \"0\"; it takes a whole number from 1 to 10000",
        );
        check(
            &scenario,
            "n",
            "1",
            "there is no parameter \"n\" (did you mean \"N\"?); the scenario has N",
        );
        check(
            &Scenario::parse("a", "x"),
            "M",
            "1",
            "there is no parameter \"M\"; the scenario has none",
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_rest_shows() {
        check_problems(
            "# %% A budget=x\nN = 1 # @param\n# %% B\nN = 2 # @param\nM = 0 # @param {type:\"integer\", min:1}\n",
            &[
                "line 1: the budget \"x\" is not a whole number of statements; write budget=3",
                "line 4: a second parameter is named N, as the one of line 2; give it another name",
                "line 5: parameter M is 0; it takes a whole number of at least 1",
            ],
        );
        check_problems(
            "# %% [markdown]\n# text\nx = 1\n# %% B\n",
            &[
                "line 3: a markdown cell holds code; put # before its text, or begin a cell of code with # %%",
            ],
        );
        assert_eq!(
            Scenario::parse("file", "# %% A budget=x\n# %% B\n")
                .cells
                .len(),
            2
        );
    }
}
