//! Where a loader option has to stand for the query that a line runs.

use std::ops::Range;

use super::NotFound;
use super::tree::{
    Binding, Expr, ExprCall, Place, Stmt, binding, bytes, called, calls_of, expressions, flat,
    keyword, line_bytes, text, touching,
};

/// Names behind names that are followed.
const DEEPEST: usize = 8;

/// A query, and where its options go.
#[derive(Clone, Debug)]
pub(super) struct Target<'a> {
    pub spot: Spot<'a>,
    /// How the class is called in it: its name, or that of an alias.
    pub entity: String,
    /// The calls that make it, in order, as far as they are made for nothing else.
    pub calls: Vec<&'a ExprCall>,
    /// All of the expression that it was found in.
    extent: Range<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Spot<'a> {
    /// Behind this byte: the end of `select(Author)`, or of a name that stands for a query.
    Behind(usize),
    /// In the arguments of `session.get(Author, 1)`.
    Within(&'a ExprCall),
}

impl<'a> Target<'a> {
    /// Calls of `.options(…)` on it, in order.
    pub fn options(&self) -> impl DoubleEndedIterator<Item = &'a ExprCall> {
        let calls = self.calls.iter().copied();
        calls.filter(|call| called(call) == Some("options"))
    }

    /// The options that it has, in order.
    pub fn written(&self) -> Vec<&'a Expr> {
        let listed = match self.spot {
            Spot::Within(get) => match keyword(get, "options") {
                Some(Expr::List(list)) => list.elts.as_slice(),
                _ => &[],
            },
            Spot::Behind(_) => &[],
        };
        let each = self.options().flat_map(|call| &call.arguments.args);
        each.chain(listed).collect()
    }
}

impl Spot<'_> {
    fn at(self) -> usize {
        match self {
            Self::Behind(at) => at,
            Self::Within(call) => bytes(call).end,
        }
    }
}

/// The query of a class that a line runs.
pub(super) fn find<'a>(
    source: &'a str,
    module: &'a [Stmt],
    line: u32,
    class: &str,
) -> Result<Target<'a>, NotFound> {
    let search = Search {
        source,
        module,
        class,
    };
    let mut targets: Vec<Target<'a>> = Vec::new();
    for place in touching(module, &line_bytes(source, line)) {
        for expr in expressions(place.stmt) {
            if let Some(target) = search.query(expr, &place, DEEPEST) {
                // The outermost expression knows all options, and comes first.
                if targets
                    .iter()
                    .all(|known| known.spot.at() != target.spot.at())
                {
                    targets.push(target);
                }
            }
        }
    }
    // A query in a query loads nothing by itself.
    let extents: Vec<_> = targets.iter().map(|target| target.extent.clone()).collect();
    targets.retain(|target| {
        let at = target.spot.at();
        let is_outer =
            |extent: &&Range<usize>| extent.start < target.extent.start && at < extent.end;
        !extents.iter().any(|extent| is_outer(&extent))
    });
    let class = class.to_owned();
    match targets.len() {
        0 => Err(NotFound::NoQuery { line, class }),
        1 => Ok(targets.remove(0)),
        _ => Err(NotFound::ManyQueries { line, class }),
    }
}

struct Search<'a, 'c> {
    source: &'a str,
    module: &'a [Stmt],
    class: &'c str,
}

impl<'a> Search<'a, '_> {
    /// The query that an expression is, if it is one of the class.
    fn query(&self, expr: &'a Expr, place: &Place<'a>, depth: usize) -> Option<Target<'a>> {
        let depth = depth.checked_sub(1)?;
        match expr {
            Expr::Call(call) => self.call(call, place, depth),
            Expr::Name(name) if name.ctx.is_load() => {
                let bound = binding(self.module, place, name.id.as_str())?;
                self.bound(bound, bytes(expr), depth)
            }
            _ => None,
        }
    }

    fn call(&self, call: &'a ExprCall, place: &Place<'a>, depth: usize) -> Option<Target<'a>> {
        let name = called(call)?;
        let is_root = matches!(name, "select" | "query" | "get" | "get_one");
        if is_root && let Some(entity) = self.entity(call, name, place) {
            let spot = match name {
                "select" | "query" => Spot::Behind(bytes(call).end),
                _ => Spot::Within(call),
            };
            return Some(Target {
                spot,
                entity,
                calls: vec![call],
                extent: bytes(call),
            });
        }
        match &*call.func {
            // A method of a query gives a query.
            Expr::Attribute(method) => {
                let mut target = self.query(&method.value, place, depth)?;
                target.calls.push(call);
                target.extent = bytes(call);
                Some(target)
            }
            Expr::Name(function) => match binding(self.module, place, function.id.as_str())? {
                // What it returns is somebody else's too: the options go behind this call of it.
                Binding::Function(function) => {
                    let mut functions = place.functions.clone();
                    functions.push(function);
                    let made = flat(&function.body)
                        .into_iter()
                        .find_map(|stmt| match stmt {
                            Stmt::Return(it) => {
                                let functions = functions.clone();
                                let place = Place { stmt, functions };
                                self.query(it.value.as_deref()?, &place, depth)
                            }
                            _ => None,
                        })?;
                    Some(behind(made, bytes(call)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The query that a name stands for.
    fn bound(&self, bound: Binding<'a>, name: Range<usize>, depth: usize) -> Option<Target<'a>> {
        match bound {
            Binding::Value {
                value,
                place,
                is_used_once,
            } => {
                let made = self.query(value, &place, depth)?;
                match is_used_once {
                    true => Some(Target {
                        extent: name,
                        ..made
                    }),
                    false => Some(behind(made, name)),
                }
            }
            // What the only caller gives that gives such a query.
            Binding::Parameter(function, at) => {
                let parameter = function.parameters.iter_non_variadic_params().nth(at)?;
                let parameter = parameter.parameter.name.as_str();
                let calls = calls_of(self.module, function.name.as_str());
                let mut given = calls.iter().filter_map(|(call, place)| {
                    let value = keyword(call, parameter).or(call.arguments.args.get(at))?;
                    self.query(value, place, depth)
                });
                let only = given.next()?;
                given.next().is_none().then_some(Target {
                    extent: name,
                    ..only
                })
            }
            Binding::Function(_) => None,
        }
    }

    /// How the class is called among what a call asks for.
    fn entity(&self, call: &'a ExprCall, name: &str, place: &Place<'a>) -> Option<String> {
        let arguments = &call.arguments.args;
        let asked = match name {
            "select" | "query" => &arguments[..],
            _ => arguments.get(..1)?,
        };
        asked.iter().find_map(|argument| match argument {
            Expr::Name(it) if it.id.as_str() == self.class => Some(self.class.to_owned()),
            Expr::Name(it) => {
                let bound = binding(self.module, place, it.id.as_str())?;
                let Binding::Value { value, .. } = bound else {
                    return None;
                };
                let Expr::Call(alias) = value else {
                    return None;
                };
                let of = alias.arguments.args.first()?;
                let is_alias = called(alias) == Some("aliased")
                    && matches!(of, Expr::Name(of) if of.id.as_str() == self.class);
                is_alias.then(|| it.id.to_string())
            }
            Expr::Attribute(it) if it.attr.as_str() == self.class => {
                Some(text(self.source, argument).to_owned())
            }
            _ => None,
        })
    }
}

/// A query that was made elsewhere, with its options put behind what stands for it here.
fn behind(made: Target<'_>, here: Range<usize>) -> Target<'_> {
    Target {
        spot: Spot::Behind(here.end),
        entity: made.entity,
        // What it was made with stays as it is.
        calls: Vec::new(),
        extent: here,
    }
}
