//! The join of a collection, taken out of a query that goes on asking for the same owners.

use super::NotFound;
use super::chain::Names;
use super::edit::Piece;
use super::mapping::{declared_order, target_of};
use super::query::{self, Target};
use super::tree::{
    Expr, ExprCall, Stmt, attribute, bytes, bytes_of, called, class, classes, keyword, parts, text,
};

/// A join that was taken out.
pub(super) struct Unjoined {
    pub pieces: Vec<Piece>,
    /// What the query narrowed the rows of the collection to.
    pub narrowed_to: Option<String>,
}

/// The query of a line asks whether there is one of a collection, where it joined it.
pub(super) fn count_owners<K: AsRef<str>>(
    source: &str,
    module: &[Stmt],
    line: u32,
    collections: &[K],
) -> Result<Vec<Piece>, NotFound> {
    let targets = classes(module).filter_map(|class| query::find(source, module, line, class).ok());
    let found = targets.into_iter().find_map(|target| {
        let mut keys = collections.iter();
        keys.find_map(|key| take_out(source, module, &target, key.as_ref(), false))
    });
    let unjoined = found.ok_or(NotFound::NoJoin { line })?;
    Ok(unjoined.pieces)
}

/// Takes the join of a collection out, where nothing else of the query needs it: who has none is still left out, and so
/// is who has none of those that are asked for. Its objects may be loaded some other way.
pub(super) fn take_out(
    source: &str,
    module: &[Stmt],
    target: &Target<'_>,
    key: &str,
    is_loaded: bool,
) -> Option<Unjoined> {
    let mut joins = target.calls.iter().filter_map(|call| {
        let join = Join::of(source, module, call, key)?;
        let is_entity = join.owner == target.entity || key.split('.').next() == Some(join.owner);
        is_entity.then_some(join)
    });
    let join = joins.next()?;
    if joins.next().is_some() {
        return None;
    }
    let mut pieces = Vec::new();
    let mut criteria = Vec::new();
    for call in &target.calls {
        let arguments = &call.arguments;
        let is_needed = |expr: &Expr| Names::of(expr).read.contains(join.name);
        match called(call)? {
            _ if std::ptr::eq(*call, join.call) => {}
            "filter_by" => return None,
            "where" | "filter" => {
                let (own, others): (Vec<_>, Vec<_>) =
                    arguments.args.iter().partition(|it| is_needed(it));
                if !own.iter().all(|it| join.is_alone_in(module, it)) {
                    return None;
                }
                criteria.extend(own.iter().map(|it| text(source, *it)));
                match (own.is_empty(), others.is_empty()) {
                    (true, _) => {}
                    (false, true) => pieces.push(Piece::replace(whole(call)?, "")),
                    (false, false) => pieces.push(only(source, call, &others)),
                }
            }
            "order_by" => {
                let at = arguments.args.iter().position(is_needed);
                let (first, own) = arguments.args.split_at(at.unwrap_or(arguments.args.len()));
                if own.is_empty() {
                    continue;
                }
                let is_settled = first.iter().any(|it| is_key(source, module, target, it));
                let is_declared =
                    || declared_order(source, module, key) == Some(join.order(source, own));
                if !is_settled
                    || !own.iter().all(|it| join.is_by(module, it))
                    || is_loaded && !is_declared()
                {
                    return None;
                }
                let first: Vec<_> = first.iter().collect();
                pieces.push(only(source, call, &first));
            }
            "options" => {
                let parts = arguments.args.iter().flat_map(parts);
                let mut eager = parts.filter_map(|part| match part {
                    Expr::Call(call) if called(call) == Some("contains_eager") => Some(call),
                    _ => None,
                });
                if eager.any(|call| is_needed_beyond(source, call, key, join.name)) {
                    return None;
                }
            }
            _ => {
                let keywords = arguments.keywords.iter().map(|it| &it.value);
                if arguments.args.iter().chain(keywords).any(is_needed) {
                    return None;
                }
            }
        }
    }
    let narrowed_to = (!criteria.is_empty()).then(|| criteria.join(", "));
    if join.is_outer && narrowed_to.is_some() {
        return None;
    }
    pieces.push(match join.is_outer {
        true => Piece::replace(whole(join.call)?, ""),
        false => {
            let verb = match called(target.calls.first()?) {
                Some("query") => "filter",
                _ => "where",
            };
            let all = match criteria.as_slice() {
                [] => String::new(),
                [only] => (*only).to_owned(),
                several => format!("({})", several.join(") & (")),
            };
            let attribute = text(source, join.attribute);
            let from = method_at(join.call)?;
            Piece::replace(
                from..bytes(join.call).end,
                format!("{verb}({attribute}.any({all}))"),
            )
        }
    });
    Some(Unjoined {
        pieces,
        narrowed_to,
    })
}

/// `.join(Hotel.rooms)`, `.outerjoin(Hotel.rooms.of_type(alias))`.
struct Join<'a> {
    call: &'a ExprCall,
    /// `Hotel.rooms`.
    attribute: &'a Expr,
    /// How its owner is called.
    owner: &'a str,
    /// How what it joins is called in the query: by its class, or by an alias.
    name: &'a str,
    class: &'a str,
    is_outer: bool,
}

impl<'a> Join<'a> {
    fn of(source: &str, module: &'a [Stmt], call: &'a ExprCall, key: &str) -> Option<Self> {
        let class = target_of(source, module, key)?;
        let is_outer = match called(call)? {
            "join" => keyword(call, "isouter").is_some(),
            "outerjoin" => true,
            _ => return None,
        };
        let [argument] = &*call.arguments.args else {
            return None;
        };
        let (attribute, name) = match argument {
            Expr::Call(of_type) if called(of_type) == Some("of_type") => {
                match (&*of_type.func, &*of_type.arguments.args) {
                    (Expr::Attribute(method), [Expr::Name(alias)]) => {
                        (&*method.value, alias.id.as_str())
                    }
                    _ => return None,
                }
            }
            other => (other, class),
        };
        let Expr::Attribute(it) = attribute else {
            return None;
        };
        let Expr::Name(owner) = &*it.value else {
            return None;
        };
        key.ends_with(&format!(".{}", it.attr)).then_some(Self {
            call,
            attribute,
            owner: owner.id.as_str(),
            name,
            class,
            is_outer,
        })
    }

    /// Whether a criterion is about nothing but what is joined, by the name of its class.
    fn is_alone_in(&self, module: &[Stmt], criterion: &Expr) -> bool {
        self.name == self.class && self.is_by(module, criterion)
    }

    /// Whether of all classes it is only about what is joined.
    fn is_by(&self, module: &[Stmt], expr: &Expr) -> bool {
        let read = Names::of(expr).read;
        !read
            .iter()
            .any(|name| *name != self.name && class(module, name).is_some())
    }

    /// What some arguments order by, by the name of the class.
    fn order(&self, source: &str, arguments: &[Expr]) -> String {
        let each = arguments.iter().map(|it| {
            let text = text(source, it);
            let rest = text.strip_prefix(self.name);
            rest.map_or(text.to_owned(), |rest| format!("{}{rest}", self.class))
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// Whether it is the key of what the query asks for, so that what comes after it puts nothing of that in order.
fn is_key(source: &str, module: &[Stmt], target: &Target<'_>, expr: &Expr) -> bool {
    let Expr::Attribute(it) = expr else {
        return false;
    };
    let column = class(module, &target.entity).and_then(|class| attribute(class, &it.attr));
    text(source, &*it.value) == target.entity
        && matches!(column, Some(Expr::Call(call)) if keyword(call, "primary_key").is_some())
}

/// Whether `contains_eager` takes anything but that collection from its join.
fn is_needed_beyond(source: &str, call: &ExprCall, key: &str, name: &str) -> bool {
    let Some(argument) = call.arguments.args.first() else {
        return false;
    };
    let relationship = key.rsplit('.').next().unwrap_or_default();
    let is_it = |text: &str| {
        let attribute = text.split(".of_type(").next().unwrap_or(text);
        attribute.ends_with(&format!(".{relationship}"))
    };
    !is_it(text(source, argument)) && Names::of(argument).read.contains(name)
}

/// A call with some of its arguments only.
fn only(source: &str, call: &ExprCall, arguments: &[&Expr]) -> Piece {
    let texts: Vec<_> = arguments.iter().map(|it| text(source, *it)).collect();
    Piece::replace(bytes(&call.arguments), format!("({})", texts.join(", ")))
}

/// A method's call, from the end of what it is called on.
fn whole(call: &ExprCall) -> Option<std::ops::Range<usize>> {
    match &*call.func {
        Expr::Attribute(method) => Some(bytes(&*method.value).end..bytes(call).end),
        _ => None,
    }
}

fn method_at(call: &ExprCall) -> Option<usize> {
    match &*call.func {
        Expr::Attribute(method) => Some(bytes_of(method.attr.range).start),
        _ => None,
    }
}
