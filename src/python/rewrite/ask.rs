//! The query that a line sends for each key, sent for the keys of all turns before its loop, and its answers looked up.

use std::ops::Range;
use std::sync::Arc;

use super::NotFound;
use super::ahead::awaited;
use super::asked::{Answer, Asked, Root};
use super::chain::{Chain, fresh};
use super::edit::{Piece, replaced};
use super::import::core;
use super::mapping::{declared_order, foreign_key, target_of};
use super::site::Site;
use super::tree::{CmpOp, Expr, ExprCall, Stmt, bytes, bytes_of, called, expressions};
use super::turns::Ahead;

/// Asks before the loop of a line what that line asks in each turn: a query of its own, or one for the objects of a
/// collection that always asks.
pub(super) fn ask_ahead(
    source: &str,
    module: &[Stmt],
    line: u32,
    relationship: Option<&Arc<str>>,
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let own = expressions(chain.last());
        let gone_through = iters(chain.last(), &own);
        let collection = relationship.map(|key| &**key);
        let asked = own.iter().find_map(|expr| {
            let is_gone_through = gone_through.contains(&bytes(*expr));
            Asked::of(expr, is_gone_through, collection)
        })?;
        let site = Site::of(source, module, &chain, &own, asked.whole)?;
        if site.call.is_some() && !is_all(&chain, asked.whole) {
            return None;
        }
        let session = match asked.session {
            Some(session) => session,
            None => site.turns.session()?,
        };
        let query = Query::of(source, module, &asked, &site, collection)?;
        if asked.session.is_some() && !site.keeps(session) {
            return None;
        }
        let session = site.text(session);
        let mut ahead = Ahead::of(source, &site.turns)?;
        let key = pair(&query.keys);
        let keys = site.turns.keys(source, &key, &mut ahead);
        let columns = &query.columns;
        let condition = match columns.as_slice() {
            [column] => format!("{column}.in_({keys})"),
            several => {
                let tuple = core(source, module, "tuple_", &mut ahead.pieces);
                format!("{tuple}({}).in_({keys})", several.join(", "))
            }
        };
        let select = query.select(source, module, &condition, &session, &mut ahead)?;
        let answer = if asked.answer == Answer::Count {
            let [column] = columns.as_slice() else {
                return None;
            };
            let name = fresh(source, "counts");
            let sent = match asked.root.is_query() {
                true => format!("{select}.group_by({column})"),
                false => awaited(
                    format!("{session}.execute({select}.group_by({column}))"),
                    asked.is_awaited,
                ),
            };
            ahead.line(&format!("{name} = dict({sent}.all())"));
            format!("{name}.get({key}, 0)")
        } else {
            let sent = match asked.root.is_query() {
                // It was in brackets if it stands in several lines.
                true if select.contains('\n') => format!("({select})"),
                true => select,
                false => {
                    let sent = format!("{session}.scalars({select})");
                    let unique = if asked.is_unique { ".unique()" } else { "" };
                    format!("{}{unique}", awaited(sent, asked.is_awaited))
                }
            };
            let (name, row) = (fresh(source, "found"), fresh(source, "row"));
            ahead.line(&format!("{name} = {{}}"));
            ahead.line(&format!("for {row} in {sent}:"));
            let attributes = query.attributes.iter().map(|it| format!("{row}.{it}"));
            let own = pair(&attributes.collect::<Vec<_>>());
            ahead.line(&format!("    {name}.setdefault({own}, []).append({row})"));
            match asked.answer {
                Answer::All => format!("{name}.get({key}, [])"),
                Answer::One => format!("{name}[{key}][0]"),
                _ => format!("next(iter({name}.get({key}, [])), None)"),
            }
        };
        let place = site.call.map_or(bytes(asked.whole), bytes);
        ahead.pieces.push(Piece::replace(place, answer));
        Some(ahead.done())
    };
    found().ok_or(NotFound::NoLoop { line })
}

/// A query of each turn, and what of it changes from one to the next.
struct Query<'a, 's> {
    asked: &'s Asked<'a>,
    site: &'s Site<'a>,
    relationship: Option<&'s str>,
    /// Where it says which keys it asks for.
    by: Vec<ByKey<'a>>,
    columns: Vec<String>,
    /// What those are called by the objects that it finds.
    attributes: Vec<String>,
    /// As the loop writes them.
    keys: Vec<String>,
}

impl<'a, 's> Query<'a, 's> {
    fn of(
        source: &str,
        module: &[Stmt],
        asked: &'s Asked<'a>,
        site: &'s Site<'a>,
        relationship: Option<&'s str>,
    ) -> Option<Self> {
        let mut query = Self {
            asked,
            site,
            relationship,
            by: Vec::new(),
            columns: Vec::new(),
            attributes: Vec::new(),
            keys: Vec::new(),
        };
        if let Root::Collection { owner, .. } = asked.root {
            let key = relationship?;
            let [column, of_owner] = foreign_key(source, module, key)?;
            let class = target_of(source, module, key)?;
            if !site.has_keys(owner) {
                return None;
            }
            query.columns.push(format!("{class}.{column}"));
            query.attributes.push(column);
            query.keys.push(format!("{}.{of_owner}", site.text(owner)));
        }
        let what = match asked.root {
            Root::Select(root) | Root::Query(root) => match &*root.arguments.args {
                [what] => Some(what),
                _ => return None,
            },
            Root::Collection { .. } => None,
        };
        for call in &asked.calls {
            let of_what = what.map(|what| site.text(what));
            query.by.extend(ByKey::all_in(call, site, of_what, asked));
        }
        match asked.root {
            Root::Collection { .. } if !query.by.is_empty() => return None,
            Root::Select(_) | Root::Query(_) if query.by.is_empty() => return None,
            _ => {}
        }
        // But for the keys it is one query in all turns.
        let arguments = asked.calls.iter().flat_map(|call| {
            let keywords = call.arguments.keywords.iter().map(|it| &it.value);
            call.arguments.args.iter().chain(keywords)
        });
        let is_key = |it: &Expr| query.by.iter().any(|by| by.part.contains(&bytes(it).start));
        if !arguments.into_iter().all(|it| is_key(it) || site.keeps(it)) {
            return None;
        }
        for by in &query.by {
            query.columns.push(by.column.clone());
            query.attributes.push(by.attribute.to_owned());
            query.keys.push(site.text(by.key));
            // Objects of the class whose column it is.
            let owner = by.column.rsplit_once('.').map(|(owner, _)| owner);
            if asked.answer != Answer::Count && owner != what.map(|it| site.text(it)).as_deref() {
                return None;
            }
        }
        let is_count =
            |what: &Expr| matches!(what, Expr::Call(call) if called(call) == Some("count"));
        let counts = what.is_some_and(is_count);
        let is_value = asked.answer == Answer::Count && !asked.root.is_query();
        (counts == is_value).then_some(query)
    }

    /// The query for all keys, as it is sent before the loop.
    fn select(
        &self,
        source: &str,
        module: &[Stmt],
        condition: &str,
        session: &str,
        ahead: &mut Ahead<'_>,
    ) -> Option<String> {
        let select = self.asked.select;
        let verb = if self.asked.root.is_query() {
            "filter"
        } else {
            "where"
        };
        let is_count = self.asked.answer == Answer::Count;
        let mut pieces = Vec::new();
        match self.asked.root {
            Root::Collection { whole, .. } => {
                let key = self.relationship?;
                let class = target_of(source, module, key)?;
                let order = declared_order(source, module, key).filter(|_| !is_count);
                let order = order.map_or(String::new(), |by| format!(".order_by({by})"));
                let what = match is_count {
                    true => {
                        let func = core(source, module, "func", &mut ahead.pieces);
                        format!("{}, {func}.count()", self.columns.join(", "))
                    }
                    false => class.to_owned(),
                };
                let root = match self.asked.root.is_query() {
                    true => format!("{session}.query({what})"),
                    false => {
                        let select = core(source, module, "select", &mut ahead.pieces);
                        format!("{select}({what})")
                    }
                };
                let text = format!("{root}.{verb}({condition}){order}");
                pieces.push(Piece::replace(bytes(whole), text));
            }
            Root::Select(root) if is_count => {
                let at = bytes(root.arguments.args.first()?).start;
                pieces.push(Piece::insert(at, format!("{}, ", self.columns.join(", "))));
            }
            Root::Query(root) if is_count => {
                let func = core(source, module, "func", &mut ahead.pieces);
                let what = format!("({}, {func}.count())", self.columns.join(", "));
                pieces.push(Piece::replace(bytes(&root.arguments), what));
            }
            Root::Select(_) | Root::Query(_) => {}
        }
        pieces.extend(self.conditions(condition, verb)?);
        let part = bytes(select);
        if self.site.call.is_none() {
            return Some(replaced(source, part, pieces));
        }
        Some(self.site.changed(select, part, &pieces))
    }

    /// One condition in the place of all that ask for a key.
    fn conditions(&self, condition: &str, verb: &str) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut condition = Some(condition);
        for call in &self.asked.calls {
            let is_here = |by: &&ByKey<'_>| std::ptr::eq(by.call, *call);
            let own: Vec<_> = self.by.iter().filter(is_here).collect();
            let Some(first) = own.first() else { continue };
            let here = condition.take();
            let (args, keywords) = (&call.arguments.args, &call.arguments.keywords);
            let Expr::Attribute(method) = &*call.func else {
                return None;
            };
            if own.len() == args.len() + keywords.len() {
                let name = called(call).filter(|_| keywords.is_empty()).unwrap_or(verb);
                let (value, end) = (bytes(&*method.value).end, bytes(*call).end);
                let named = bytes_of(method.attr.range).start;
                pieces.push(match here {
                    Some(condition) => Piece::replace(named..end, format!("{name}({condition})")),
                    None => Piece::replace(value..end, ""),
                });
                continue;
            }
            pieces.extend(here.map(|condition| Piece::replace(first.part.clone(), condition)));
            for by in own.iter().skip(usize::from(here.is_some())) {
                let at = args.iter().position(|it| bytes(it) == by.part)?;
                let before = args.get(at.checked_sub(1)?)?;
                pieces.push(Piece::replace(bytes(before).end..by.part.end, ""));
            }
        }
        Some(pieces)
    }
}

/// `Book.author_id == author.id`, or `author_id=author.id`: a column that is compared with a key of each turn.
struct ByKey<'a> {
    call: &'a ExprCall,
    part: Range<usize>,
    column: String,
    attribute: &'a str,
    key: &'a Expr,
}

impl<'a> ByKey<'a> {
    /// Those in the arguments of a call, which asks for what is called so.
    fn all_in(
        call: &'a ExprCall,
        site: &Site<'a>,
        what: Option<String>,
        asked: &Asked<'a>,
    ) -> Vec<Self> {
        let arguments = &call.arguments;
        match called(call) {
            Some("where" | "filter") => {
                let each = arguments.args.iter();
                each.filter_map(|criterion| Self::of(call, criterion, site))
                    .collect()
            }
            Some("filter_by") => {
                let has_join = asked.calls.iter().any(|it| called(it) == Some("join"));
                let keys = arguments.keywords.iter().filter_map(|it| {
                    let name = it.arg.as_ref()?.as_str();
                    site.has_keys(&it.value).then_some(Self {
                        call,
                        part: bytes(it),
                        column: format!("{}.{name}", what.as_ref()?),
                        attribute: name,
                        key: &it.value,
                    })
                });
                let keys: Vec<_> = keys.collect();
                // All of it goes, or none.
                match keys.len() == arguments.keywords.len() && !has_join {
                    true => keys,
                    false => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    fn of(call: &'a ExprCall, criterion: &'a Expr, site: &Site<'a>) -> Option<Self> {
        let Expr::Compare(it) = criterion else {
            return None;
        };
        let (left, [right]) = (&*it.left, &*it.comparators) else {
            return None;
        };
        let is_equal = matches!(&*it.ops, [CmpOp::Eq]);
        let sides = [(left, right), (right, left)];
        sides.into_iter().find_map(|(column, key)| match column {
            Expr::Attribute(attribute) if is_equal && site.keeps(column) && site.has_keys(key) => {
                Some(Self {
                    call,
                    part: bytes(criterion),
                    column: site.text(column),
                    attribute: attribute.attr.as_str(),
                    key,
                })
            }
            _ => None,
        })
    }
}

/// One as it is, several as a tuple.
fn pair(of: &[String]) -> String {
    match of {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    }
}

/// Whether a function is nothing but to give back that.
fn is_all(chain: &Chain<'_>, whole: &Expr) -> bool {
    let Some(function) = chain.function() else {
        return false;
    };
    let is_text = |stmt: &&Stmt| matches!(stmt, Stmt::Expr(it) if matches!(&*it.value, Expr::StringLiteral(_)));
    let mut body = function.body.iter().skip_while(is_text);
    let is_it = match body.next() {
        Some(Stmt::Return(it)) => it
            .value
            .as_ref()
            .is_some_and(|it| bytes(&**it) == bytes(whole)),
        _ => false,
    };
    is_it && body.next().is_none()
}

/// What the loop that a statement is, and the comprehensions in it, go through.
fn iters(stmt: &Stmt, own: &[&Expr]) -> Vec<Range<usize>> {
    let mut iters: Vec<_> = own
        .iter()
        .filter_map(|expr| match expr {
            Expr::ListComp(it) => Some(&it.generators),
            Expr::SetComp(it) => Some(&it.generators),
            Expr::DictComp(it) => Some(&it.generators),
            Expr::Generator(it) => Some(&it.generators),
            _ => None,
        })
        .flatten()
        .map(|generator| bytes(&generator.iter))
        .collect();
    if let Stmt::For(it) = stmt {
        iters.push(bytes(&*it.iter));
    }
    iters
}
