//! Grouping: when an operand takes parentheses (SQLAlchemy's `self_group`).

use super::node::{Expr, ExprKind};
use super::op::Op;
use crate::orm::sql::types::Affinity;

impl Expr {
    /// In parentheses.
    pub fn grouping(&self) -> Expr {
        Expr::new(ExprKind::Grouping(self.clone()), self.ty().clone())
    }

    /// This expression as an operand of `against`: itself, or in parentheses.
    pub fn self_group(&self, against: Option<&Op>) -> Expr {
        match self.kind() {
            ExprKind::Binary { op, .. } => self.group_operator(op, true, against),
            ExprKind::List { op, group, clauses } => {
                if clauses.is_empty() {
                    self.clone()
                } else if *op == Op::Comma {
                    if *group && op.is_precedent(against) {
                        self.grouping()
                    } else {
                        self.clone()
                    }
                } else {
                    self.group_operator(op, *group, against)
                }
            }
            ExprKind::Unary {
                operator: Some(op), ..
            } => {
                if op.is_precedent(against) {
                    self.grouping()
                } else {
                    self.clone()
                }
            }
            ExprKind::Exists(_) => {
                if Op::Exists.is_precedent(against) {
                    self.grouping()
                } else {
                    self.clone()
                }
            }
            ExprKind::Text(_) => {
                if against == Some(&Op::In) {
                    self.grouping()
                } else {
                    self.clone()
                }
            }
            ExprKind::Function(function) => {
                if matches!(against, Some(Op::JsonGetItem | Op::JsonPathGetItem))
                    && function.name.is_empty()
                {
                    self.grouping()
                } else {
                    self.boolean_group(against)
                }
            }
            ExprKind::Filter { .. } => {
                if Op::Filter.is_precedent(against) {
                    self.grouping()
                } else {
                    self.clone()
                }
            }
            ExprKind::TypeCoerce(inner) => {
                let grouped = inner.self_group(against);
                if grouped.ptr_eq(inner) {
                    self.clone()
                } else {
                    Expr::new(ExprKind::TypeCoerce(grouped), self.ty().clone())
                }
            }
            ExprKind::Label { name, element } => {
                let grouped = element.self_group(against);
                if grouped.ptr_eq(element) {
                    self.clone()
                } else {
                    Expr::new(
                        ExprKind::Label {
                            name: name.clone(),
                            element: grouped,
                        },
                        self.ty().clone(),
                    )
                }
            }
            ExprKind::Grouping(_)
            | ExprKind::Tuple(_)
            | ExprKind::ScalarSubquery(_)
            | ExprKind::SelectGroup(_)
            | ExprKind::AsBoolean { .. }
            | ExprKind::Unary { operator: None, .. } => self.clone(),
            _ => self.boolean_group(against),
        }
    }

    fn group_operator(&self, op: &Op, group: bool, against: Option<&Op>) -> Expr {
        let inside_not = against == Some(&Op::Inv) && !op.is_boolean();
        if (group && op.is_precedent(against)) || inside_not {
            self.grouping()
        } else {
            self.clone()
        }
    }

    /// A boolean value among AND and OR has to become a comparison where SQL has no booleans.
    fn boolean_group(&self, against: Option<&Op>) -> Expr {
        let boolean_place = matches!(against, Some(Op::And | Op::Or | Op::AsBool));
        if boolean_place && self.ty().affinity() == Affinity::Boolean {
            Expr::new(
                ExprKind::AsBoolean {
                    operand: self.clone(),
                    truth: true,
                },
                self.ty().clone(),
            )
        } else {
            self.clone()
        }
    }

    /// What is inside the parentheses.
    pub fn ungroup(&self) -> &Expr {
        match self.kind() {
            ExprKind::Grouping(inner) => inner.ungroup(),
            _ => self,
        }
    }
}
