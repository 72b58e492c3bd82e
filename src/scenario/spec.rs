//! What follows `# @param`: `{type:"slider", min:1, max:100}` or `["a", "b"]`, as Colab writes it, keys in quotes or not.

use crate::trace::Param;

/// A parsed form field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Spec {
    /// Nothing but `# @param`.
    Bare,
    Fields(Vec<(String, Param)>),
    Choice(Vec<Param>),
}

/// Reads the text after `@param`; the error says what was wrong, as a clause.
pub(super) fn parse(text: &str) -> Result<Spec, String> {
    let mut reader = Reader { rest: text.trim() };
    let spec = match reader.peek() {
        None => return Ok(Spec::Bare),
        Some('{') => Spec::Fields(reader.fields()?),
        Some('[') => {
            let choice = reader.choice()?;
            // Colab lets a field of options follow the choice; none of them changes which values there are.
            if reader.peek() == Some('{') {
                reader.fields()?;
            }
            Spec::Choice(choice)
        }
        Some(_) => return Err(format!("{:?} is no form field", reader.rest)),
    };
    match reader.rest {
        "" => Ok(spec),
        rest => Err(format!("{rest:?} stands after the form field")),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn fields(&mut self) -> Result<Vec<(String, Param)>, String> {
        let mut fields = Vec::new();
        self.take('{');
        while !self.take('}') {
            let key = match self.value()? {
                Param::Text(key) => key,
                other => return Err(format!("{other:?} is no key")),
            };
            if !self.take(':') {
                return Err(format!("{key:?} has no value"));
            }
            fields.push((key, self.value()?));
            if !self.take(',') && self.peek() != Some('}') {
                return Err("the brace is not closed".to_owned());
            }
        }
        Ok(fields)
    }

    fn choice(&mut self) -> Result<Vec<Param>, String> {
        let mut values = Vec::new();
        self.take('[');
        while !self.take(']') {
            values.push(self.value()?);
            if !self.take(',') && self.peek() != Some(']') {
                return Err("the bracket is not closed".to_owned());
            }
        }
        Ok(values)
    }

    /// A string in quotes, a number, a boolean, or a bare word (which is text).
    fn value(&mut self) -> Result<Param, String> {
        let end = match self.peek() {
            Some(quote @ ('"' | '\'')) => self.rest[1..]
                .find(quote)
                .map(|at| at + 2)
                .ok_or_else(|| "a quote is not closed".to_owned())?,
            _ => self
                .rest
                .find(|c: char| c.is_whitespace() || ",:{}[]".contains(c))
                .unwrap_or(self.rest.len()),
        };
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        match token {
            "" => Err("a value is missing".to_owned()),
            "true" => Ok(Param::Boolean(true)),
            "false" => Ok(Param::Boolean(false)),
            token => {
                Ok(super::literal::read(token).unwrap_or_else(|| Param::Text(token.to_owned())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<Spec, &str>) {
        assert_eq!(parse(text), expected.map_err(str::to_owned));
    }

    fn field(key: &str, value: Param) -> (String, Param) {
        (key.to_owned(), value)
    }

    fn text(value: &str) -> Param {
        Param::Text(value.to_owned())
    }

    #[test]
    fn fields_and_choices() {
        let slider = Spec::Fields(vec![
            field("type", text("slider")),
            field("min", Param::Integer(1)),
            field("max", Param::Integer(100)),
        ]);
        check(r#" {type:"slider", min:1, max:100}"#, Ok(slider.clone()));
        check(r#"{"type": "slider", "min": 1, "max": 100,}"#, Ok(slider));
        check("", Ok(Spec::Bare));
        check(
            r#"["a", 'b']"#,
            Ok(Spec::Choice(vec![text("a"), text("b")])),
        );
        check(
            r#"[1, 2] {allow-input: true}"#,
            Ok(Spec::Choice(vec![Param::Integer(1), Param::Integer(2)])),
        );
    }

    #[test]
    fn what_is_malformed_says_so() {
        check("{type:", Err("a value is missing"));
        check("{type}", Err("\"type\" has no value"));
        check("{min:1 max:2}", Err("the brace is not closed"));
        check("[1, 2", Err("the bracket is not closed"));
        check("{type:\"slider}", Err("a quote is not closed"));
        check("slider", Err("\"slider\" is no form field"));
        check("{min:1} x", Err("\"x\" stands after the form field"));
    }
}
