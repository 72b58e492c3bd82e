//! The names that an expression has by itself: its label, its key, the name of a column made from it.

use std::collections::HashSet;
use std::rc::Rc;

use super::node::{ElementId, Expr, ExprKind};
use super::op::Op;
use crate::orm::sql::from::{ColumnInfo, FromClause};
use crate::orm::sql::name::{Name, next_id};

impl Expr {
    /// The name of a column, label or function; none for an expression without one.
    pub fn name(&self) -> Option<Name> {
        match self.kind() {
            ExprKind::Column { info, .. } => Some(info.name.clone()),
            ExprKind::Name { name, .. } | ExprKind::Label { name, .. } => Some(name.clone()),
            ExprKind::Function(function) => Some(Name::from(function.name.clone())),
            ExprKind::Grouping(inner) => inner.name(),
            _ => None,
        }
    }

    /// The key by which a collection of columns knows it.
    pub fn key(&self) -> Option<Name> {
        match self.kind() {
            ExprKind::Column { info, .. } => Some(info.key.clone()),
            ExprKind::Name { name, .. } | ExprKind::Label { name, .. } => Some(name.clone()),
            ExprKind::Bind(bind) => Some(bind.key.clone()),
            ExprKind::Grouping(inner) => inner.key(),
            _ => None,
        }
    }

    /// The key in the columns of a subquery: the attribute's, the column's, or none where the name is anonymous.
    pub fn proxy_key(&self) -> Option<Name> {
        match self.kind() {
            // What wraps a column goes by the column's name, whatever attribute it is.
            ExprKind::Cast(inner) | ExprKind::TypeCoerce(inner)
                if !matches!(inner.kind(), ExprKind::Text(_)) =>
            {
                return inner.proxy_key();
            }
            ExprKind::AsBoolean { operand, .. } => return operand.proxy_key(),
            _ => {}
        }
        if let Some(key) = &self.annotations().proxy_key {
            return Some(Name::from(key.clone()));
        }
        match self.kind() {
            ExprKind::WithinGroup { function, .. } => return function.proxy_key(),
            ExprKind::Function(function) => return Some(Name::from(function.name.clone())),
            _ => {}
        }
        let name = self
            .key()
            .filter(|key| !key.as_str().is_empty())
            .or_else(|| self.non_anon_label())?;
        if name.is_anonymous() {
            None
        } else {
            Some(name)
        }
    }

    /// The name that a column or label has without being given one.
    pub(in crate::orm::sql) fn non_anon_label(&self) -> Option<Name> {
        match self.kind() {
            ExprKind::Column { .. } | ExprKind::Name { .. } | ExprKind::Label { .. } => self.name(),
            ExprKind::Grouping(inner) => inner.name(),
            _ => None,
        }
    }

    /// `table_column`.
    pub fn table_label(&self) -> Option<Name> {
        match self.kind() {
            ExprKind::Column { from, info } => Some(table_qualified(from, &info.name)),
            ExprKind::Name { literal: true, .. } => None,
            ExprKind::Name { name, .. } | ExprKind::Label { name, .. } => Some(name.clone()),
            ExprKind::Grouping(inner) => {
                inner.table_label().or_else(|| Some(self.anon_name_label()))
            }
            ExprKind::Cast(inner) | ExprKind::TypeCoerce(inner) => inner.table_label(),
            ExprKind::AsBoolean { operand, .. } => operand.table_label(),
            ExprKind::WithinGroup { function, .. } => function.table_label(),
            _ => None,
        }
    }

    /// `table_key`, by which a subquery with table-qualified labels exports the column.
    pub(in crate::orm::sql) fn table_key_label(&self) -> Option<Name> {
        match self.kind() {
            ExprKind::Column { from, info } => match self.proxy_key() {
                Some(key) if key != info.name => Some(table_qualified(from, &key)),
                _ => self.table_label(),
            },
            ExprKind::Name { .. } | ExprKind::Label { .. } => self.table_label(),
            _ => self.proxy_key(),
        }
    }

    fn wrapped(&self) -> Option<&Expr> {
        match self.kind() {
            ExprKind::Cast(inner) | ExprKind::TypeCoerce(inner) => Some(inner),
            ExprKind::AsBoolean { operand, .. } => Some(operand),
            ExprKind::WithinGroup { function, .. } => Some(function),
            _ => None,
        }
    }

    fn anon_label(&self, seed: Option<Name>, add: Option<u32>) -> Name {
        let id = self.origin().0;
        let seed = match add {
            Some(_) => seed.map(|seed| seed.then("_")),
            None => seed,
        };
        let mark = |base: &str| match add {
            Some(number) => Name::anonymous_numbered(id, number, base),
            None => Name::anonymous(id, base),
        };
        match seed {
            Some(seed) if seed.is_anonymous() => seed.then(mark("").as_str()),
            Some(seed) => mark(&seed.as_str().replace(['%', '(', ')', ' ', '$'], "_")),
            None => mark("anon"),
        }
    }

    /// `name_1`, or `anon_1` for an expression without a name.
    pub(in crate::orm::sql) fn anon_name_label(&self) -> Name {
        if let Some(inner) = self.wrapped()
            && !matches!(inner.kind(), ExprKind::Text(_))
        {
            return inner
                .non_anon_label()
                .unwrap_or_else(|| inner.anon_name_label());
        }
        self.anon_label(self.name(), None)
    }

    pub(in crate::orm::sql) fn anon_key_label(&self) -> Name {
        self.anon_label(self.proxy_key(), None)
    }

    pub(in crate::orm::sql) fn anon_table_label(&self) -> Name {
        self.anon_label(self.table_label(), None)
    }

    pub(in crate::orm::sql) fn anon_table_key_label(&self) -> Name {
        self.anon_label(self.table_key_label(), None)
    }

    pub(in crate::orm::sql) fn anon_label_of(&self, seed: &str) -> Name {
        self.anon_label(Some(Name::new(seed)), None)
    }

    /// The label of the `index`th repetition of a column.
    pub(in crate::orm::sql) fn dedupe_label(&self, index: u32) -> Name {
        if let Some(inner) = self.wrapped() {
            return match inner.non_anon_label() {
                Some(label) => self.anon_label(Some(label.then("_")), None),
                None => self.dedupe_table_label(index),
            };
        }
        match self.name() {
            None => self.dedupe_table_label(index),
            name => self.anon_label(name, Some(index)),
        }
    }

    pub(in crate::orm::sql) fn dedupe_table_label(&self, index: u32) -> Name {
        let label = self.table_label().unwrap_or_else(|| Name::new("anon"));
        self.anon_label(Some(label), Some(index))
    }

    /// The name that a column property gives an expression without one.
    pub(in crate::orm::sql) fn expression_label(&self) -> Option<Name> {
        // A scalar subquery answers for its select, which has a name of its own for everything.
        if self.name().is_some() || matches!(self.kind(), ExprKind::ScalarSubquery(_)) {
            return None;
        }
        self.annotations().proxy_key.clone().map(Name::from)
    }

    /// Whether a label may be put on it in a columns clause.
    pub(in crate::orm::sql) fn takes_label(&self) -> bool {
        !matches!(self.kind(), ExprKind::Name { .. } | ExprKind::Text(_))
    }

    /// This expression under a label; an anonymous one without a name.
    pub fn label(&self, name: Option<&str>) -> Expr {
        let mut element = self.clone();
        while let ExprKind::Label { element: inner, .. } = element.kind() {
            element = inner.clone();
        }
        let name = match name {
            Some(name) => Name::new(name),
            None => element.anonymous_name(),
        };
        element.label_as(name)
    }

    /// A name for a label that is given none: numbered, after the name that the expression has by itself.
    pub(in crate::orm::sql) fn anonymous_name(&self) -> Name {
        let named = self.name().filter(|name| !name.is_anonymous());
        let base = named.map_or_else(|| "anon".to_owned(), |name| name.to_string());
        Name::anonymous(next_id(), base)
    }

    /// This expression under a label that may be anonymous.
    pub fn label_as(&self, name: Name) -> Expr {
        Expr::new(
            ExprKind::Label {
                name,
                element: self.clone(),
            },
            self.ty().clone(),
        )
    }

    /// The label that ORDER BY may render in the place of the expression.
    pub(in crate::orm::sql) fn order_by_label(&self) -> Option<&Expr> {
        match self.kind() {
            ExprKind::Label { .. } => Some(self),
            ExprKind::Unary {
                modifier: Some(modifier),
                operand,
                ..
            } if modifier.is_ordering_modifier() => operand.order_by_label(),
            ExprKind::Grouping(inner) => inner.order_by_label(),
            _ => None,
        }
    }

    /// The expressions directly inside, in order; subqueries are not entered.
    pub fn children(&self) -> Vec<Expr> {
        match self.kind() {
            ExprKind::Column { .. }
            | ExprKind::Name { .. }
            | ExprKind::Bind(_)
            | ExprKind::Null
            | ExprKind::True
            | ExprKind::False
            | ExprKind::TextualLabelReference(_)
            | ExprKind::Collation(_)
            | ExprKind::From(_)
            | ExprKind::ScalarSubquery(_)
            | ExprKind::Exists(_)
            | ExprKind::SelectGroup(_) => Vec::new(),
            ExprKind::Text(text) => text.binds.iter().map(|(_, bind)| bind.clone()).collect(),
            ExprKind::Unary { operand, .. } | ExprKind::AsBoolean { operand, .. } => {
                vec![operand.clone()]
            }
            ExprKind::Binary { left, right, .. } => vec![left.clone(), right.clone()],
            ExprKind::List { clauses, .. } | ExprKind::Tuple(clauses) => clauses.clone(),
            ExprKind::Grouping(inner)
            | ExprKind::Cast(inner)
            | ExprKind::TypeCoerce(inner)
            | ExprKind::LabelReference(inner)
            | ExprKind::Extract { expr: inner, .. }
            | ExprKind::Label { element: inner, .. } => vec![inner.clone()],
            ExprKind::Case(case) => {
                let mut all: Vec<Expr> = case.value.iter().cloned().collect();
                for (when, then) in &case.whens {
                    all.push(when.clone());
                    all.push(then.clone());
                }
                all.extend(case.else_.iter().cloned());
                all
            }
            ExprKind::Function(function) => function.args.clone(),
            ExprKind::Over(over) => {
                let mut all = vec![over.element.clone()];
                all.extend(over.partition_by.iter().cloned());
                all.extend(over.order_by.iter().cloned());
                all
            }
            ExprKind::Filter { function, criteria } => {
                let mut all = vec![function.clone()];
                all.extend(criteria.iter().cloned());
                all
            }
            ExprKind::WithinGroup { function, order_by } => {
                let mut all = vec![function.clone()];
                all.extend(order_by.iter().cloned());
                all
            }
        }
    }

    /// The FROM elements it refers to; subqueries have their own.
    pub fn from_objects(&self) -> Vec<FromClause> {
        let mut found = Vec::new();
        self.collect_froms(&mut found);
        found
    }

    pub(in crate::orm::sql) fn collect_froms(&self, found: &mut Vec<FromClause>) {
        match self.kind() {
            ExprKind::Column { from, .. } => found.push(from.clone()),
            ExprKind::From(from) => found.extend(from.from_objects()),
            ExprKind::LabelReference(_) => {}
            _ => {
                for child in self.children() {
                    child.collect_froms(found);
                }
            }
        }
    }

    fn proxies(&self) -> Vec<Expr> {
        match self.kind() {
            ExprKind::Column { info, .. } => info.proxies.clone(),
            ExprKind::Label { element, .. } => vec![element.clone()],
            ExprKind::Grouping(inner) => vec![inner.clone()],
            _ => Vec::new(),
        }
    }

    /// The ids of the columns it stands for: itself, and through subqueries and aliases what it was made from.
    pub fn proxy_set(&self) -> Rc<HashSet<ElementId>> {
        if let ExprKind::Column { info, .. } = self.kind() {
            return info.proxy_set();
        }
        let mut set = HashSet::from([self.id()]);
        if self.origin() != self.id() {
            set.insert(self.origin());
        }
        for proxy in self.proxies() {
            set.extend(proxy.proxy_set().iter());
        }
        Rc::new(set)
    }

    /// Whether the two stand for a common column.
    pub fn shares_lineage(&self, other: &Expr) -> bool {
        let ours = self.proxy_set();
        other.proxy_set().iter().any(|id| ours.contains(id))
    }

    /// It and all that it was made from, with repetitions: how far away a column is.
    pub(in crate::orm::sql) fn proxy_list(&self, list: &mut Vec<Expr>) {
        list.push(self.clone());
        for proxy in self.proxies() {
            proxy.proxy_list(list);
        }
    }

    pub(in crate::orm::sql) fn is_primary_key(&self) -> bool {
        match self.kind() {
            ExprKind::Column { info, .. } => info.primary_key,
            ExprKind::Label { element, .. } => element.is_primary_key(),
            _ => false,
        }
    }

    /// The column that a FROM element exports for it, with the key in that element's collection.
    pub(in crate::orm::sql) fn make_proxy(
        &self,
        name: Option<Name>,
        key: Option<Name>,
        compound: Option<Vec<Expr>>,
    ) -> (Name, ColumnInfo) {
        let proxies = compound.unwrap_or_else(|| vec![self.clone()]);
        match self.kind() {
            ExprKind::Column { info, .. } => {
                let key = if info.schema.is_some() {
                    key.or_else(|| name.clone())
                } else {
                    name.clone()
                }
                .unwrap_or_else(|| info.key.clone());
                let name = name.unwrap_or_else(|| info.name.clone());
                let mut new = ColumnInfo::new(name, key.clone(), self.ty().clone(), proxies);
                new.schema = info.schema.clone();
                new.primary_key = info.primary_key;
                (key, new)
            }
            ExprKind::Name { name: own, .. } => {
                let name = name.unwrap_or_else(|| own.clone());
                let new = ColumnInfo::new(name.clone(), name.clone(), self.ty().clone(), proxies);
                (name, new)
            }
            ExprKind::Label { name: own, element } => {
                let name = name.unwrap_or_else(|| own.clone());
                let element = element.self_group(Some(&Op::As));
                let (_, mut new) = element.make_proxy(
                    Some(name),
                    None,
                    (proxies.len() > 1 || !proxies.iter().all(|proxy| proxy.same(self)))
                        .then(|| proxies.clone()),
                );
                new.proxies.push(self.clone());
                new.ty = self.ty().clone();
                (own.clone(), new)
            }
            _ => {
                let (name, key) = match name {
                    Some(name) => (name.clone(), name),
                    None => {
                        let name = self.anon_name_label();
                        let key = key
                            .or_else(|| self.proxy_key())
                            .unwrap_or_else(|| name.clone());
                        (name, key)
                    }
                };
                let new = ColumnInfo::new(name.clone(), name, self.ty().clone(), proxies);
                (key, new)
            }
        }
    }
}

/// `schema_table_name`, with a number when the table has a column of that very name.
fn table_qualified(from: &FromClause, name: &Name) -> Name {
    let Some(table_name) = from.name() else {
        return name.clone();
    };
    let mut label = table_name.join("_", name);
    if let Some(schema) = from.as_table().and_then(|table| table.schema()) {
        label = Name::new(schema.replace('.', "_")).join("_", &label);
    }
    if from.has_key(&label) {
        let mut counter = 1;
        while from.has_key(&label.then(&format!("_{counter}"))) {
            counter += 1;
        }
        label = label.then(&format!("_{counter}"));
    }
    label
}
