//! A query that a scenario sends, taken apart.

use super::ahead::unawaited;
use super::tree::{Expr, ExprCall, called};

/// Parts of a query that leave the rows of each key what they were when many keys are asked for.
const BY_KEY: [&str; 7] = [
    "filter",
    "filter_by",
    "join",
    "options",
    "order_by",
    "select_from",
    "where",
];

/// A query that is sent, and what is taken of its answer.
pub(super) struct Asked<'a> {
    /// All of the expression that is the answer.
    pub whole: &'a Expr,
    /// What it is asked of; none where the owner of a collection knows.
    pub session: Option<&'a Expr>,
    /// All of the query.
    pub select: &'a Expr,
    pub root: Root<'a>,
    /// The calls that make it, the root's left out where that names no more than a collection.
    pub calls: Vec<&'a ExprCall>,
    pub answer: Answer,
    pub is_awaited: bool,
    pub is_unique: bool,
}

/// What a query begins with.
#[derive(Clone, Copy)]
pub(super) enum Root<'a> {
    /// `select(Book)`.
    Select(&'a ExprCall),
    /// `session.query(Book)`.
    Query(&'a ExprCall),
    /// `author.books.select()`, or `author.books` where that is a query itself.
    Collection {
        whole: &'a Expr,
        owner: &'a Expr,
        is_query: bool,
    },
}

impl Root<'_> {
    /// Whether it asks by itself, in the 1.x style.
    pub fn is_query(self) -> bool {
        match self {
            Self::Select(_) => false,
            Self::Query(_) => true,
            Self::Collection { is_query, .. } => is_query,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// All objects, as a list or gone through one by one.
    All,
    /// The first of them, or none.
    First,
    /// The only one.
    One,
    Count,
}

impl<'a> Asked<'a> {
    /// The query that an expression sends, where it is one; whose rows a loop may go through one by one. It may be one
    /// of a collection.
    pub fn of(expr: &'a Expr, is_gone_through: bool, collection: Option<&str>) -> Option<Self> {
        let (inner, is_awaited) = unawaited(expr);
        let sent = Self::sent(expr, inner, is_awaited, is_gone_through, collection);
        let sent = sent.or_else(|| Self::by_itself(expr, is_gone_through, collection));
        sent.filter(|asked| {
            let is_collection = matches!(asked.root, Root::Collection { .. });
            is_collection == collection.is_some()
        })
    }

    /// `session.scalars(select(…)).all()` and what else a session sends.
    fn sent(
        whole: &'a Expr,
        expr: &'a Expr,
        is_awaited: bool,
        is_gone_through: bool,
        collection: Option<&str>,
    ) -> Option<Self> {
        let (outer, method, on) = method_of(expr)?;
        let of = |call: &'a ExprCall, session: &'a Expr, answer, is_awaited, is_unique| {
            let [select] = &*call.arguments.args else {
                return None;
            };
            let (root, calls) = parts_of(select, collection)?;
            let is_plain = call.arguments.keywords.is_empty() && !root.is_query();
            is_plain.then_some(Self {
                whole,
                session: Some(session),
                select,
                root,
                calls,
                answer,
                is_awaited,
                is_unique,
            })
        };
        let is_empty = outer.arguments.args.is_empty();
        match method {
            "scalar" => {
                let [select] = &*outer.arguments.args else {
                    return None;
                };
                of(outer, on, one_value(select), is_awaited, false)
            }
            "scalars" if is_gone_through && !is_empty => {
                of(outer, on, Answer::All, is_awaited, false)
            }
            "all" | "first" | "one" | "one_or_none" | "scalar_one" | "scalar_one_or_none"
                if is_empty && !is_awaited =>
            {
                let (result, mut is_awaited) = unawaited(on);
                let (mut call, mut name, mut on) = method_of(result)?;
                let mut is_unique = false;
                if name == "unique" && call.arguments.args.is_empty() {
                    is_unique = true;
                    let (result, waited) = unawaited(on);
                    is_awaited |= waited;
                    (call, name, on) = method_of(result)?;
                }
                let is_scalar = method.starts_with("scalar_");
                if !is_scalar && name == "scalars" && call.arguments.args.is_empty() {
                    let (result, waited) = unawaited(on);
                    is_awaited |= waited;
                    (call, name, on) = method_of(result)?;
                    if name != "execute" {
                        return None;
                    }
                } else if name != if is_scalar { "execute" } else { "scalars" } {
                    return None;
                }
                let answer = match method {
                    "all" => Answer::All,
                    "one" => Answer::One,
                    "scalar_one" => match one_value(call.arguments.args.first()?) {
                        Answer::Count => Answer::Count,
                        _ => Answer::One,
                    },
                    _ => Answer::First,
                };
                of(call, on, answer, is_awaited, is_unique)
            }
            _ => None,
        }
    }

    /// `session.query(…).all()`, or what a collection is asked that is a query itself.
    fn by_itself(whole: &'a Expr, is_gone_through: bool, collection: Option<&str>) -> Option<Self> {
        let of = |select: &'a Expr, answer| {
            let (root, calls) = parts_of(select, collection).filter(|(root, _)| root.is_query())?;
            let session = match root {
                Root::Query(call) => match &*call.func {
                    Expr::Attribute(method) => Some(&*method.value),
                    _ => return None,
                },
                _ => None,
            };
            Some(Self {
                whole,
                session,
                select,
                root,
                calls,
                answer,
                is_awaited: false,
                is_unique: false,
            })
        };
        if is_gone_through && let Some(asked) = of(whole, Answer::All) {
            return Some(asked);
        }
        let (call, method, on) = method_of(whole)?;
        if !call.arguments.args.is_empty() || !call.arguments.keywords.is_empty() {
            return None;
        }
        let answer = match method {
            "all" => Answer::All,
            "first" | "one_or_none" => Answer::First,
            "one" => Answer::One,
            "count" => Answer::Count,
            _ => return None,
        };
        of(on, answer)
    }
}

/// The root of a query and the calls that make it; none when one of them does more than to choose rows.
fn parts_of<'a>(
    select: &'a Expr,
    collection: Option<&str>,
) -> Option<(Root<'a>, Vec<&'a ExprCall>)> {
    let is_collection = |expr: &'a Expr| match expr {
        Expr::Attribute(it) => {
            let name = collection?.rsplit('.').next()?;
            (it.attr.as_str() == name).then_some(&*it.value)
        }
        _ => None,
    };
    let mut calls = Vec::new();
    let mut next = select;
    loop {
        if let Some(owner) = is_collection(next) {
            let root = Root::Collection {
                whole: next,
                owner,
                is_query: true,
            };
            return Some((root, calls));
        }
        let Expr::Call(call) = next else { return None };
        let name = called(call)?;
        if let Expr::Attribute(method) = &*call.func
            && name == "select"
            && let Some(owner) = is_collection(&method.value)
        {
            let root = Root::Collection {
                whole: next,
                owner,
                is_query: false,
            };
            return call.arguments.args.is_empty().then_some((root, calls));
        }
        match (name, &*call.func) {
            ("select", _) => {
                calls.push(call);
                return Some((Root::Select(call), calls));
            }
            ("query", Expr::Attribute(_)) => {
                calls.push(call);
                return Some((Root::Query(call), calls));
            }
            (name, Expr::Attribute(method)) if BY_KEY.contains(&name) => {
                calls.push(call);
                next = &method.value;
            }
            _ => return None,
        }
    }
}

/// What is taken of a query by its first value: a number of objects, or the object.
fn one_value(select: &Expr) -> Answer {
    let counts = parts_of(select, None).is_some_and(|(root, _)| match root {
        Root::Select(root) => {
            let what = root.arguments.args.first();
            matches!(what, Some(Expr::Call(call)) if called(call) == Some("count"))
        }
        _ => false,
    });
    match counts {
        true => Answer::Count,
        false => Answer::First,
    }
}

/// A method's call, its name, and what it is called on.
fn method_of(expr: &Expr) -> Option<(&ExprCall, &str, &Expr)> {
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) => Some((call, method.attr.as_str(), &method.value)),
            _ => None,
        },
        _ => None,
    }
}
