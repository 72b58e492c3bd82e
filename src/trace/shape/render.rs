use super::lex::{Lexeme, is_keyword};
use super::parse::{Mark, Parsed};

/// A name or keyword as a shape shows it.
pub(super) fn word(token: &Lexeme) -> String {
    match token {
        Lexeme::Word(word) if is_keyword(word) => word.to_uppercase(),
        Lexeme::Word(word) | Lexeme::Quoted(word) => word.clone(),
        _ => String::new(),
    }
}

/// The text of a shape.
pub(super) fn render(tokens: &[Lexeme], parsed: &Parsed) -> String {
    let mut parts: Vec<String> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        match parsed.marks[at] {
            Mark::Drop => {}
            Mark::Item(item) => parts.push(parsed.scopes.items[item].display.clone()),
            mark => {
                if let Some((shown, length)) = column(tokens, parsed, at) {
                    parts.push(shown);
                    at += length;
                    continue;
                }
                parts.push(match token {
                    Lexeme::Bind | Lexeme::Literal(_) => "?".into(),
                    Lexeme::Symbol(symbol) => symbol.clone(),
                    _ if mark == Mark::Order => label(parsed, token).unwrap_or_else(|| word(token)),
                    _ => word(token),
                });
            }
        }
        at += 1;
    }
    join(&fold_lists(parts))
}

/// `alias.column` with the alias resolved, and how many tokens it takes.
fn column(tokens: &[Lexeme], parsed: &Parsed, at: usize) -> Option<(String, usize)> {
    let qualifier = tokens[at].name()?;
    if !tokens.get(at + 1)?.is_symbol(".") {
        return None;
    }
    let (item, _) = parsed.scopes.resolve(qualifier, parsed.scope_of[at])?;
    let item = &parsed.scopes.items[item];
    let column = tokens.get(at + 2)?;
    let shown = match column {
        Lexeme::Symbol(star) => star.clone(),
        // A derived table's columns go by the names that its query gave them.
        column if item.table.is_none() => label(parsed, column).unwrap_or_else(|| word(column)),
        column => word(column),
    };
    Some((format!("{}.{shown}", item.display), 3))
}

/// The number of the label that a name is.
fn label(parsed: &Parsed, token: &Lexeme) -> Option<String> {
    let name = token.name()?;
    let number = parsed.labels.iter().position(|label| label == name)?;
    Some(format!("#c{}", number + 1))
}

/// Lists of values become one value: `IN (?, ?, ?)`, `VALUES (?, ?), (?, ?)`.
fn fold_lists(parts: Vec<String>) -> Vec<String> {
    let mut folded: Vec<String> = Vec::with_capacity(parts.len());
    let mut rest = parts.as_slice();
    let mut in_values = false;
    while let [part, after @ ..] = rest {
        match part.as_str() {
            "(" if folded.last().is_some_and(|last| last == "IN") => {
                if let Some(length) = list(rest) {
                    let inner = match &rest[1..] {
                        [open, ..] if open == "(" => {
                            let group = list(&rest[1..]).unwrap_or(0);
                            rest[1..=group].to_vec()
                        }
                        _ => vec!["?".to_string()],
                    };
                    folded.push("(".into());
                    folded.extend(inner);
                    folded.push(")".into());
                    rest = &rest[length..];
                    continue;
                }
            }
            // A further row like the one before.
            "," if in_values && after.first().is_some_and(|next| next == "(") => {
                if let Some(length) = list(after)
                    && folded.ends_with(&after[..length])
                {
                    rest = &after[length..];
                    continue;
                }
            }
            _ => {}
        }
        in_values |= part == "VALUES";
        folded.push(part.clone());
        rest = after;
    }
    folded
}

/// Length of the brackets at the start, when nothing but values (or rows of values) stands in them.
fn list(parts: &[String]) -> Option<usize> {
    let mut depth = 0usize;
    for (at, part) in parts.iter().enumerate() {
        match part.as_str() {
            "(" => depth += 1,
            ")" => {
                depth -= 1;
                if depth == 0 {
                    return (at > 1).then_some(at + 1);
                }
            }
            "?" | "," | "NULL" => {}
            _ => return None,
        }
    }
    None
}

/// Puts the parts together as one would write them.
fn join(parts: &[String]) -> String {
    let mut text = String::with_capacity(parts.len() * 6);
    let mut before = "";
    for part in parts {
        let is_call = part == "(" && is_callable(before);
        let is_tight =
            matches!(part.as_str(), "," | ")" | ".") || matches!(before, "" | "(" | ".") || is_call;
        if !is_tight {
            text.push(' ');
        }
        text.push_str(part);
        before = part;
    }
    text
}

/// Whether brackets after it hold its arguments.
fn is_callable(word: &str) -> bool {
    word.starts_with(|c: char| c.is_lowercase())
}
