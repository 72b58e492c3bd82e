//! A traversal that copies what it changes and shares the rest.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::orm::sql::expr::{Case, Expr, ExprKind, Function, Over};
use crate::orm::sql::from::{Cte, FromClause, FromKind, Join};
use crate::orm::sql::select::{CompoundSelect, Query, Select, SelectJoin};

/// Decides what an expression or FROM element is replaced by; none leaves it and looks inside.
pub trait Replace {
    fn expr(&self, expr: &Expr) -> Option<Expr>;

    fn from(&self, _from: &FromClause) -> Option<FromClause> {
        None
    }

    /// Whether a label whose expression is changed is one of its own, without the name that it had.
    fn anonymizes_labels(&self) -> bool {
        false
    }
}

/// A copy of the expression with the replacements made; what has none is shared.
pub fn replace_expr(expr: &Expr, with: &dyn Replace) -> Expr {
    Traversal::new(with).expr(expr)
}

pub fn replace_from(from: &FromClause, with: &dyn Replace) -> FromClause {
    Traversal::new(with).from(from)
}

pub fn replace_select(select: &Select, with: &dyn Replace) -> Select {
    let traversal = Traversal::new(with);
    traversal.select(select).unwrap_or_else(|| select.clone())
}

pub fn replace_query(query: &Query, with: &dyn Replace) -> Query {
    let traversal = Traversal::new(with);
    traversal.query(query).unwrap_or_else(|| query.clone())
}

/// Calls `see` with the expression and everything in it, outside first; subqueries are not entered.
pub fn visit(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expr);
    for child in expr.children() {
        visit(&child, see);
    }
}

/// As [`visit`], also into the selects that stand as values.
pub fn visit_deep(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expr);
    match expr.kind() {
        ExprKind::ScalarSubquery(query)
        | ExprKind::Exists(query)
        | ExprKind::SelectGroup(query) => {
            visit_query(query, see);
        }
        _ => {
            for child in expr.children() {
                visit_deep(&child, see);
            }
        }
    }
}

/// Every expression of a select, and of the selects in it.
pub fn visit_query(query: &Query, see: &mut dyn FnMut(&Expr)) {
    match query {
        Query::Select(select) => {
            for from in &select.froms {
                visit_from(from, see);
            }
            for join in &select.joins {
                visit_from(&join.target, see);
                if let Some(on) = &join.on {
                    visit_deep(on, see);
                }
            }
            let parts = [
                &select.columns,
                &select.where_,
                &select.group_by,
                &select.having,
                &select.order_by,
            ];
            for expr in parts.into_iter().flatten() {
                visit_deep(expr, see);
            }
            for expr in [&select.limit, &select.offset].into_iter().flatten() {
                visit_deep(expr, see);
            }
        }
        Query::Compound(compound) => {
            for query in &compound.selects {
                visit_query(query, see);
            }
            for expr in &compound.order_by {
                visit_deep(expr, see);
            }
        }
        Query::Text(text) => {
            for (_, bind) in &text.text.binds {
                see(bind);
            }
        }
        Query::Dml(_) => {}
    }
}

fn visit_from(from: &FromClause, see: &mut dyn FnMut(&Expr)) {
    match from.kind() {
        FromKind::Join(join) => {
            visit_from(&join.left, see);
            visit_from(&join.right, see);
            if let Some(on) = &join.on {
                visit_deep(on, see);
            }
        }
        FromKind::Alias { element, .. } | FromKind::Grouping(element) => visit_from(element, see),
        FromKind::Subquery { query, .. } => visit_query(query, see),
        FromKind::Cte(cte) => visit_query(&cte.query, see),
        FromKind::Text(expr) | FromKind::TableValued { function: expr, .. } => {
            visit_deep(expr, see)
        }
        FromKind::Table(_) | FromKind::Values(_) => {}
    }
}

/// One traversal: an element that is met twice is copied once.
struct Traversal<'a> {
    with: &'a dyn Replace,
    froms: RefCell<HashMap<u64, Became>>,
}

/// What a FROM element became.
#[derive(Clone)]
enum Became {
    /// Itself, or what the replacement gave.
    Given(FromClause),
    /// A copy with other insides.
    Copy(FromClause),
}

impl Became {
    fn from(&self) -> &FromClause {
        match self {
            Self::Given(from) | Self::Copy(from) => from,
        }
    }
}

impl<'a> Traversal<'a> {
    fn new(with: &'a dyn Replace) -> Self {
        Self {
            with,
            froms: RefCell::default(),
        }
    }

    fn expr(&self, expr: &Expr) -> Expr {
        if let Some(replaced) = self.with.expr(expr) {
            return replaced;
        }
        match self.inside(expr) {
            Some(kind) => expr.rebuilt(kind),
            None => expr.clone(),
        }
    }

    /// The expressions with the replacements made; none when nothing changed.
    fn exprs(&self, exprs: &[Expr]) -> Option<Vec<Expr>> {
        let new: Vec<Expr> = exprs.iter().map(|expr| self.expr(expr)).collect();
        let changed = new.iter().zip(exprs).any(|(new, old)| !new.ptr_eq(old));
        changed.then_some(new)
    }

    fn one(&self, expr: &Expr) -> Option<Expr> {
        let new = self.expr(expr);
        (!new.ptr_eq(expr)).then_some(new)
    }

    /// The kind with changed insides; none when nothing in it changed.
    fn inside(&self, expr: &Expr) -> Option<ExprKind> {
        match expr.kind() {
            ExprKind::Column { from, info } => {
                let became = self.froms.borrow().get(&from.id()).cloned()?;
                let column = match &became {
                    Became::Given(new) if new == from => return None,
                    Became::Given(new) => new.corresponding_column(expr, false)?,
                    // A column of a changed subquery is that of the copy.
                    Became::Copy(new) => new
                        .corresponding_column(expr, false)
                        .or_else(|| new.column(info.key.as_str()))?,
                };
                Some(column.kind().clone())
            }
            ExprKind::Name { .. }
            | ExprKind::Bind(_)
            | ExprKind::Null
            | ExprKind::True
            | ExprKind::False
            | ExprKind::Text(_)
            | ExprKind::TextualLabelReference(_)
            | ExprKind::Collation(_) => None,
            ExprKind::Unary {
                operator,
                modifier,
                operand,
            } => Some(ExprKind::Unary {
                operator: operator.clone(),
                modifier: modifier.clone(),
                operand: self.one(operand)?,
            }),
            ExprKind::AsBoolean { operand, truth } => Some(ExprKind::AsBoolean {
                operand: self.one(operand)?,
                truth: *truth,
            }),
            ExprKind::Binary {
                left,
                right,
                op,
                negate,
                modifiers,
            } => {
                let new = self.exprs(&[left.clone(), right.clone()])?;
                Some(ExprKind::Binary {
                    left: new[0].clone(),
                    right: new[1].clone(),
                    op: op.clone(),
                    negate: negate.clone(),
                    modifiers: modifiers.clone(),
                })
            }
            ExprKind::List { op, clauses, group } => Some(ExprKind::List {
                op: op.clone(),
                clauses: self.exprs(clauses)?,
                group: *group,
            }),
            ExprKind::Tuple(members) => Some(ExprKind::Tuple(self.exprs(members)?)),
            ExprKind::Grouping(inner) => Some(ExprKind::Grouping(self.one(inner)?)),
            ExprKind::Case(case) => self.case(case),
            ExprKind::Cast(inner) => Some(ExprKind::Cast(self.one(inner)?)),
            ExprKind::TypeCoerce(inner) => Some(ExprKind::TypeCoerce(self.one(inner)?)),
            ExprKind::Extract { field, expr: inner } => Some(ExprKind::Extract {
                field: field.clone(),
                expr: self.one(inner)?,
            }),
            ExprKind::Function(function) => Some(ExprKind::Function(Rc::new(Function {
                args: self.exprs(&function.args)?,
                ..(**function).clone()
            }))),
            ExprKind::Over(over) => self.over(over),
            ExprKind::Filter { function, criteria } => {
                let new_function = self.one(function);
                let new_criteria = self.exprs(criteria);
                if new_function.is_none() && new_criteria.is_none() {
                    return None;
                }
                Some(ExprKind::Filter {
                    function: new_function.unwrap_or_else(|| function.clone()),
                    criteria: new_criteria.unwrap_or_else(|| criteria.clone()),
                })
            }
            ExprKind::WithinGroup { function, order_by } => {
                let new_function = self.one(function);
                let new_order = self.exprs(order_by);
                if new_function.is_none() && new_order.is_none() {
                    return None;
                }
                Some(ExprKind::WithinGroup {
                    function: new_function.unwrap_or_else(|| function.clone()),
                    order_by: new_order.unwrap_or_else(|| order_by.clone()),
                })
            }
            ExprKind::Label { name, element } => {
                let element = self.one(element)?;
                let name = match self.with.anonymizes_labels() {
                    true => element.anonymous_name(),
                    false => name.clone(),
                };
                Some(ExprKind::Label { name, element })
            }
            ExprKind::ScalarSubquery(query) => Some(ExprKind::ScalarSubquery(self.query(query)?)),
            ExprKind::Exists(query) => Some(ExprKind::Exists(self.query(query)?)),
            ExprKind::SelectGroup(query) => Some(ExprKind::SelectGroup(self.query(query)?)),
            ExprKind::LabelReference(inner) => Some(ExprKind::LabelReference(self.one(inner)?)),
            ExprKind::From(from) => {
                let new = self.from(from);
                (new != *from).then_some(ExprKind::From(new))
            }
        }
    }

    fn case(&self, case: &Case) -> Option<ExprKind> {
        let mut changed = false;
        let mut swap = |expr: &Expr| match self.one(expr) {
            Some(new) => {
                changed = true;
                new
            }
            None => expr.clone(),
        };
        let new = Case {
            value: case.value.as_ref().map(&mut swap),
            whens: case
                .whens
                .iter()
                .map(|(when, then)| (swap(when), swap(then)))
                .collect(),
            else_: case.else_.as_ref().map(&mut swap),
        };
        changed.then(|| ExprKind::Case(Rc::new(new)))
    }

    fn over(&self, over: &Over) -> Option<ExprKind> {
        let element = self.one(&over.element);
        let partition_by = self.exprs(&over.partition_by);
        let order_by = self.exprs(&over.order_by);
        if element.is_none() && partition_by.is_none() && order_by.is_none() {
            return None;
        }
        Some(ExprKind::Over(Rc::new(Over {
            element: element.unwrap_or_else(|| over.element.clone()),
            partition_by: partition_by.unwrap_or_else(|| over.partition_by.clone()),
            order_by: order_by.unwrap_or_else(|| over.order_by.clone()),
            ..over.clone()
        })))
    }

    fn from(&self, from: &FromClause) -> FromClause {
        if let Some(known) = self.froms.borrow().get(&from.id()) {
            return known.from().clone();
        }
        let became = match self.with.from(from) {
            Some(replaced) => Became::Given(replaced),
            None => match self.inside_from(from) {
                Some(kind) => Became::Copy(from.copy_with(kind)),
                None => Became::Given(from.clone()),
            },
        };
        let new = became.from().clone();
        self.froms.borrow_mut().insert(from.id(), became);
        new
    }

    fn inside_from(&self, from: &FromClause) -> Option<FromKind> {
        let changed = |old: &FromClause| {
            let new = self.from(old);
            (new != *old).then_some(new)
        };
        match from.kind() {
            FromKind::Table(_) | FromKind::Values(_) | FromKind::Text(_) => None,
            FromKind::Alias { element, name } => Some(FromKind::Alias {
                element: changed(element)?,
                name: name.clone(),
            }),
            FromKind::Subquery {
                query,
                name,
                is_lateral,
            } => Some(FromKind::Subquery {
                query: self.query(query)?,
                name: name.clone(),
                is_lateral: *is_lateral,
            }),
            FromKind::Cte(cte) => Some(FromKind::Cte(Cte {
                query: self.query(&cte.query)?,
                name: cte.name.clone(),
                recursive: cte.recursive,
                nesting: cte.nesting,
                alias_of: cte.alias_of.clone(),
                restates: cte.restates.clone(),
            })),
            FromKind::Join(join) => {
                let left = changed(&join.left);
                let right = changed(&join.right);
                let on = join.on.as_ref().and_then(|on| self.one(on));
                if left.is_none() && right.is_none() && on.is_none() {
                    return None;
                }
                Some(FromKind::Join(Join {
                    left: left.unwrap_or_else(|| join.left.clone()),
                    right: right.unwrap_or_else(|| join.right.clone()),
                    on: on.or_else(|| join.on.clone()),
                    outer: join.outer,
                    full: join.full,
                    entity: join.entity,
                }))
            }
            FromKind::Grouping(element) => Some(FromKind::Grouping(changed(element)?)),
            FromKind::TableValued {
                function,
                name,
                columns,
                is_column,
            } => Some(FromKind::TableValued {
                function: self.one(function)?,
                name: name.clone(),
                columns: columns.clone(),
                is_column: *is_column,
            }),
        }
    }

    fn query(&self, query: &Query) -> Option<Query> {
        match query {
            Query::Select(select) => self.select(select).map(Select::into_query),
            Query::Compound(compound) => {
                let mut changed = false;
                let selects = compound
                    .selects
                    .iter()
                    .map(|query| match self.query(query) {
                        Some(new) => {
                            changed = true;
                            new
                        }
                        None => query.clone(),
                    })
                    .collect();
                let order_by = self.exprs(&compound.order_by);
                if !changed && order_by.is_none() {
                    return None;
                }
                Some(Query::Compound(Rc::new(CompoundSelect {
                    selects,
                    order_by: order_by.unwrap_or_else(|| compound.order_by.clone()),
                    ..(**compound).clone()
                })))
            }
            Query::Text(_) | Query::Dml(_) => None,
        }
    }

    /// The select with the replacements made in all of its parts; none when nothing changed.
    fn select(&self, select: &Select) -> Option<Select> {
        let mut new = select.clone();
        let mut changed = false;
        // FROM elements first, so that columns of changed subqueries follow.
        for from in new.froms.iter_mut() {
            let replaced = self.from(from);
            changed |= replaced != *from;
            *from = replaced;
        }
        let mut own = Vec::new();
        for expr in select.columns.iter().chain(&select.where_) {
            expr.collect_froms(&mut own);
        }
        // A table that became a join has to be listed: the columns alone would name its sides.
        let mut joins: Vec<FromClause> = Vec::new();
        for from in &own {
            let became = self.from(from);
            if matches!(became.kind(), FromKind::Join(_))
                && !own.contains(&became)
                && !new.froms.contains(&became)
                && !joins.contains(&became)
            {
                joins.push(became);
            }
        }
        changed |= !joins.is_empty();
        new.froms.extend(joins);
        for SelectJoin {
            target, on, from, ..
        } in new.joins.iter_mut()
        {
            let replaced = self.from(target);
            changed |= replaced != *target;
            *target = replaced;
            if let Some(new_on) = on.as_ref().and_then(|on| self.one(on)) {
                *on = Some(new_on);
                changed = true;
            }
            if let Some(left) = from {
                let replaced = self.from(left);
                changed |= replaced != *left;
                *left = replaced;
            }
        }
        for list in [
            &mut new.columns,
            &mut new.where_,
            &mut new.group_by,
            &mut new.having,
            &mut new.order_by,
        ] {
            if let Some(replaced) = self.exprs(list) {
                *list = replaced;
                changed = true;
            }
        }
        for correlated in [&mut new.correlate, &mut new.correlate_except]
            .into_iter()
            .flatten()
        {
            for from in correlated.iter_mut() {
                let replaced = self.from(from);
                changed |= replaced != *from;
                *from = replaced;
            }
        }
        changed.then_some(new)
    }
}
