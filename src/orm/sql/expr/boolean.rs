//! AND, OR and NOT, with SQLAlchemy's elision of constants.

use super::node::{Expr, ExprKind, Modifiers};
use super::op::Op;
use crate::orm::sql::types::{Affinity, SqlType};

/// The clauses joined by AND: `true` among them is left out, `false` stands alone, ANDs inside are flattened.
pub fn and_(clauses: impl IntoIterator<Item = Expr>) -> Expr {
    construct(Op::And, clauses)
}

/// The clauses joined by OR.
pub fn or_(clauses: impl IntoIterator<Item = Expr>) -> Expr {
    construct(Op::Or, clauses)
}

fn construct(op: Op, clauses: impl IntoIterator<Item = Expr>) -> Expr {
    let converted = process_for_boolean(&op, clauses);
    match converted.len() {
        0 => raw(op, Vec::new()),
        1 => converted[0].clone(),
        _ => {
            let mut flat = Vec::with_capacity(converted.len());
            for clause in converted {
                match clause.ungroup().kind() {
                    ExprKind::List {
                        op: inner, clauses, ..
                    } if *inner == op => flat.extend(clauses.iter().cloned()),
                    _ => flat.push(clause),
                }
            }
            raw(op, flat)
        }
    }
}

pub(in crate::orm::sql) fn raw(op: Op, clauses: Vec<Expr>) -> Expr {
    Expr::new(
        ExprKind::List {
            op,
            clauses,
            group: true,
        },
        SqlType::Boolean,
    )
}

/// The clauses that remain, grouped for standing beside each other.
pub(in crate::orm::sql) fn process_for_boolean(
    op: &Op,
    clauses: impl IntoIterator<Item = Expr>,
) -> Vec<Expr> {
    let is_continue = |clause: &Expr| {
        if *op == Op::And {
            is_true(clause)
        } else {
            is_false(clause)
        }
    };
    let is_skip = |clause: &Expr| {
        if *op == Op::And {
            is_false(clause)
        } else {
            is_true(clause)
        }
    };
    let mut continued = None;
    let mut kept: Vec<Expr> = Vec::new();
    let mut skipped = false;
    for clause in clauses {
        if is_continue(&clause) {
            continued = Some(clause);
        } else if is_skip(&clause) {
            kept = vec![clause];
            skipped = true;
            break;
        } else {
            kept.push(clause);
        }
    }
    if kept.is_empty() {
        kept.extend(continued);
    }
    let against = if kept.len() > 1 && !skipped {
        op.clone()
    } else {
        Op::AsBool
    };
    kept.iter()
        .map(|clause| clause.self_group(Some(&against)))
        .collect()
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr.kind(), ExprKind::True)
}

fn is_false(expr: &Expr) -> bool {
    matches!(expr.kind(), ExprKind::False)
}

/// The negation as the expression itself has it: `a != b`, `NOT (a AND b)`, …
pub fn not_(expr: &Expr) -> Expr {
    if let Some(negation) = &expr.annotations().negation {
        return negation.0.clone();
    }
    match expr.kind() {
        ExprKind::True => super::build::false_(),
        ExprKind::False => super::build::true_(),
        ExprKind::Binary {
            left,
            right,
            op,
            negate: Some(negate),
            modifiers,
        } => binary(
            left,
            &negate_in_binary(right, negate, op),
            negate.clone(),
            Some(op.clone()),
            modifiers.clone(),
            expr.ty().clone(),
        ),
        ExprKind::Binary { .. } => {
            let grouped = expr.self_group(None);
            negate_plain(&grouped)
        }
        ExprKind::List { op, .. } if *op != Op::Comma => {
            unary_not(&expr.self_group(Some(&Op::Inv)), SqlType::Null)
        }
        ExprKind::AsBoolean { operand, truth } => match operand.kind() {
            ExprKind::True | ExprKind::False => not_(operand),
            _ => Expr::new(
                ExprKind::AsBoolean {
                    operand: operand.clone(),
                    truth: !truth,
                },
                SqlType::Boolean,
            ),
        },
        ExprKind::Exists(_) => unary_not(&expr.self_group(Some(&Op::Inv)), SqlType::Boolean),
        ExprKind::Unary { .. } if expr.ty().affinity() == Affinity::Boolean => {
            unary_not(&expr.self_group(Some(&Op::Inv)), SqlType::Boolean)
        }
        ExprKind::Label { name, element } => Expr::new(
            ExprKind::Label {
                name: name.clone(),
                element: not_(element),
            },
            expr.ty().clone(),
        ),
        ExprKind::Text(_) => unary_not(&expr.self_group(Some(&Op::Inv)), SqlType::Null),
        _ => negate_plain(expr),
    }
}

fn negate_plain(expr: &Expr) -> Expr {
    if expr.ty().affinity() == Affinity::Boolean {
        Expr::new(
            ExprKind::AsBoolean {
                operand: expr.clone(),
                truth: false,
            },
            SqlType::Boolean,
        )
    } else {
        unary_not(&expr.self_group(Some(&Op::Inv)), SqlType::Null)
    }
}

fn unary_not(operand: &Expr, ty: SqlType) -> Expr {
    Expr::new(
        ExprKind::Unary {
            operator: Some(Op::Inv),
            modifier: None,
            operand: operand.self_group(Some(&Op::Inv)),
        },
        ty,
    )
}

/// An expanding parameter knows whether it stands after IN or NOT IN.
fn negate_in_binary(right: &Expr, negated: &Op, original: &Op) -> Expr {
    match right.kind() {
        ExprKind::Bind(bind) if bind.expand_op.as_ref() == Some(original) => {
            let mut bind = bind.clone();
            bind.expand_op = Some(negated.clone());
            Expr::new(ExprKind::Bind(bind), right.ty().clone())
        }
        _ => right.clone(),
    }
}

/// A binary expression whose operands are grouped as its operator asks.
pub(in crate::orm::sql) fn binary(
    left: &Expr,
    right: &Expr,
    op: Op,
    negate: Option<Op>,
    modifiers: Modifiers,
    ty: SqlType,
) -> Expr {
    Expr::new(
        ExprKind::Binary {
            left: left.self_group(Some(&op)),
            right: right.self_group(Some(&op)),
            op,
            negate,
            modifiers,
        },
        ty,
    )
}

impl Expr {
    /// Whether it is true or false by itself, without a comparison.
    pub(in crate::orm::sql) fn is_implicitly_boolean(&self) -> bool {
        match self.kind() {
            ExprKind::Binary { op, .. } => op.is_boolean(),
            ExprKind::List { op, .. } => op.is_boolean(),
            ExprKind::Label { element, .. } | ExprKind::Grouping(element) => {
                element.is_implicitly_boolean()
            }
            ExprKind::AsBoolean { operand, .. } => operand.is_implicitly_boolean(),
            _ => false,
        }
    }
}
