//! The text of operators.

use super::compiler::{Compiler, Context};
use super::literal::literal_text;
use crate::orm::sql::error::{ErrorKind, SqlError};
use crate::orm::sql::expr::{Expr, ExprKind, Modifiers, Op, OpOptions, Operand, literal_column};
use crate::orm::sql::types::{Affinity, SqlType};

impl Compiler<'_> {
    /// The operator as it stands between two operands or before or after one.
    pub(super) fn operator_text(op: &Op) -> Result<&'static str, SqlError> {
        Ok(match op {
            Op::And => " AND ",
            Op::Or => " OR ",
            Op::Add => " + ",
            Op::Mul => " * ",
            Op::Sub => " - ",
            Op::Mod => " % ",
            Op::Neg => "-",
            Op::Lt => " < ",
            Op::Le => " <= ",
            Op::Ne => " != ",
            Op::Gt => " > ",
            Op::Ge => " >= ",
            Op::Eq => " = ",
            Op::IsDistinctFrom => " IS DISTINCT FROM ",
            Op::IsNotDistinctFrom => " IS NOT DISTINCT FROM ",
            Op::Concat => " || ",
            Op::Match => " MATCH ",
            Op::NotMatch => " NOT MATCH ",
            Op::In => " IN ",
            Op::NotIn => " NOT IN ",
            Op::Comma => ", ",
            Op::As => " AS ",
            Op::Is => " IS ",
            Op::IsNot => " IS NOT ",
            Op::Collate => " COLLATE ",
            Op::Exists => "EXISTS ",
            Op::Distinct => "DISTINCT ",
            Op::Inv => "NOT ",
            Op::Desc => " DESC",
            Op::Asc => " ASC",
            Op::NullsFirst => " NULLS FIRST",
            Op::NullsLast => " NULLS LAST",
            Op::BitXor => " ^ ",
            Op::BitOr => " | ",
            Op::BitAnd => " & ",
            Op::BitNot => "~",
            Op::ShiftLeft => " << ",
            Op::ShiftRight => " >> ",
            _ => {
                return Err(SqlError::new(
                    ErrorKind::UnsupportedCompilationError,
                    format!("Compiler can't render element of type {op:?}"),
                ));
            }
        })
    }

    pub(super) fn unary(
        &mut self,
        operator: Option<&Op>,
        modifier: Option<&Op>,
        operand: &Expr,
        context: Context,
    ) -> Result<String, SqlError> {
        if let Some(Op::Custom(custom)) = operator {
            return Ok(format!("{} {}", custom.text, self.expr(operand, context)?));
        }
        if operator == Some(&Op::Distinct) && !context.within_aggregate {
            self.warn(
                "Column-expression-level unary distinct() should not be used outside of an aggregate function. For \
                 general 'SELECT DISTINCT' support use select().distinct().",
            );
        }
        match (operator, modifier) {
            (Some(operator), _) => {
                let text = self.expr(operand, context)?;
                Ok(format!("{}{text}", Self::operator_text(operator)?))
            }
            (None, Some(modifier)) => {
                let text = self.expr(operand, context)?;
                Ok(format!("{text}{}", Self::operator_text(modifier)?))
            }
            (None, None) => Err(SqlError::compile(
                "Unary expression has no operator or modifier",
            )),
        }
    }

    pub(super) fn binary(
        &mut self,
        left: &Expr,
        right: &Expr,
        op: &Op,
        modifiers: &Modifiers,
        ty: &SqlType,
        context: Context,
    ) -> Result<String, SqlError> {
        if context.lint && op.is_comparison() {
            self.lint_comparison(left, right);
        }
        // Only a plain operator passes the linter on to its operands.
        let special = context.without_lint();
        match op {
            Op::TrueDiv => {
                let left = self.expr(left, special)?;
                if self.is_sqlite() {
                    return Ok(format!("{left} / ({} + 0.0)", self.expr(right, special)?));
                }
                let ty = match right.ty().affinity() {
                    Affinity::Numeric | Affinity::Float => right.ty().clone(),
                    _ => SqlType::NUMERIC,
                };
                let right = Expr::new(ExprKind::Cast(right.clone()), ty);
                Ok(format!("{left} / {}", self.expr(&right, special)?))
            }
            Op::FloorDiv => {
                let both_integer = left.ty().affinity() == Affinity::Integer
                    && right.ty().affinity() == Affinity::Integer;
                let left = self.expr(left, special)?;
                let text = format!("{left} / {}", self.expr(right, special)?);
                Ok(if both_integer {
                    text
                } else {
                    format!("FLOOR({text})")
                })
            }
            Op::Mod => {
                let left = self.expr(left, special)?;
                Ok(format!("{left} % {}", self.expr(right, special)?))
            }
            Op::IsDistinctFrom | Op::IsNotDistinctFrom if self.is_sqlite() => {
                let plain = Context::new();
                let left = self.expr(left, plain)?;
                let word = if *op == Op::IsDistinctFrom {
                    "IS NOT"
                } else {
                    "IS"
                };
                Ok(format!("{left} {word} {}", self.expr(right, plain)?))
            }
            Op::Like | Op::NotLike => self.like(left, right, op, modifiers, special),
            Op::ILike | Op::NotILike => {
                let left = lower(left);
                let right = lower(right);
                let op = if *op == Op::ILike {
                    Op::Like
                } else {
                    Op::NotLike
                };
                self.like(&left, &right, &op, modifiers, special)
            }
            Op::Contains
            | Op::NotContains
            | Op::StartsWith
            | Op::NotStartsWith
            | Op::EndsWith
            | Op::NotEndsWith
            | Op::IContains
            | Op::NotIContains
            | Op::IStartsWith
            | Op::NotIStartsWith
            | Op::IEndsWith
            | Op::NotIEndsWith => self.contains(left, right, op, modifiers, special),
            Op::NotIn => Ok(format!(
                "({})",
                self.generic(left, right, " NOT IN ", special)?
            )),
            Op::Between | Op::NotBetween => {
                let text = match (op, modifiers.symmetric) {
                    (Op::Between, false) => " BETWEEN ",
                    (Op::Between, true) => " BETWEEN SYMMETRIC ",
                    (_, false) => " NOT BETWEEN ",
                    (_, true) => " NOT BETWEEN SYMMETRIC ",
                };
                self.generic(left, right, text, special)
            }
            Op::NotMatch => {
                let text = self.generic(left, right, " MATCH ", special)?;
                Ok(format!("NOT {text}"))
            }
            Op::RegexpMatch if self.is_sqlite() => self.generic(left, right, " REGEXP ", special),
            Op::NotRegexpMatch if self.is_sqlite() => {
                self.generic(left, right, " NOT REGEXP ", special)
            }
            Op::RegexpMatch | Op::NotRegexpMatch => Err(SqlError::compile(
                "default dialect does not support regular expressions",
            )),
            Op::RegexpReplace => Err(SqlError::compile(
                "sqlite dialect does not support regular expression replacements",
            )),
            Op::BitXor if self.is_sqlite() => {
                let eager = Context {
                    eager_grouping: true,
                    ..special
                };
                let or = self.generic(left, right, " | ", eager)?;
                let and = self.generic(left, right, " & ", eager)?;
                Ok(format!("({or} - {and})"))
            }
            Op::JsonGetItem | Op::JsonPathGetItem => self.json_item(left, right, ty, special),
            Op::Custom(custom) => {
                let context = Context {
                    eager_grouping: custom.eager_grouping,
                    ..special
                };
                self.generic(left, right, &format!(" {} ", custom.text), context)
            }
            op => self.generic(left, right, Self::operator_text(op)?, context),
        }
    }

    fn generic(
        &mut self,
        left: &Expr,
        right: &Expr,
        operator: &str,
        context: Context,
    ) -> Result<String, SqlError> {
        let inner = Context {
            in_operator: true,
            eager_grouping: false,
            ..context
        };
        let left = self.expr(left, inner)?;
        let text = format!("{left}{operator}{}", self.expr(right, inner)?);
        Ok(if context.in_operator && context.eager_grouping {
            format!("({text})")
        } else {
            text
        })
    }

    fn like(
        &mut self,
        left: &Expr,
        right: &Expr,
        op: &Op,
        modifiers: &Modifiers,
        context: Context,
    ) -> Result<String, SqlError> {
        let word = if *op == Op::NotLike {
            "NOT LIKE"
        } else {
            "LIKE"
        };
        let left = self.expr(left, context)?;
        let right = self.expr(right, context)?;
        let escape = match &modifiers.escape {
            Some(escape) => format!(" ESCAPE {}", literal_text(escape)),
            None => String::new(),
        };
        Ok(format!("{left} {word} {right}{escape}"))
    }

    /// `contains()` and its kin are LIKE with `'%'` put before or after.
    fn contains(
        &mut self,
        left: &Expr,
        right: &Expr,
        op: &Op,
        modifiers: &Modifiers,
        context: Context,
    ) -> Result<String, SqlError> {
        let ignore_case = matches!(
            op,
            Op::IContains
                | Op::NotIContains
                | Op::IStartsWith
                | Op::NotIStartsWith
                | Op::IEndsWith
                | Op::NotIEndsWith
        );
        let negated = matches!(
            op,
            Op::NotContains
                | Op::NotIContains
                | Op::NotStartsWith
                | Op::NotIStartsWith
                | Op::NotEndsWith
                | Op::NotIEndsWith
        );
        let before = !matches!(
            op,
            Op::StartsWith | Op::NotStartsWith | Op::IStartsWith | Op::NotIStartsWith
        );
        let after = !matches!(
            op,
            Op::EndsWith | Op::NotEndsWith | Op::IEndsWith | Op::NotIEndsWith
        );
        let percent = literal_column("'%'", SqlType::String(None));
        let (left, right) = if ignore_case {
            (lower(left), lower(right))
        } else {
            (left.clone(), right.clone())
        };
        let concat = |a: &Expr, b: &Expr| {
            a.operate(&Op::Concat, Operand::Expr(b.clone()), &OpOptions::default())
        };
        let mut pattern = right;
        if before {
            pattern = concat(&percent, &pattern)?;
        }
        if after {
            pattern = concat(&pattern, &percent)?;
        }
        let op = if negated { Op::NotLike } else { Op::Like };
        self.like(&left, &pattern, &op, modifiers, context)
    }

    fn json_item(
        &mut self,
        left: &Expr,
        right: &Expr,
        ty: &SqlType,
        context: Context,
    ) -> Result<String, SqlError> {
        let left = self.expr(left, context)?;
        let right = self.expr(right, context)?;
        Ok(if ty.affinity() == Affinity::Json {
            format!("JSON_QUOTE(JSON_EXTRACT({left}, {right}))")
        } else {
            format!("CAST(JSON_EXTRACT({left}, {right}) AS {})", ty.ddl()?)
        })
    }
}

/// What an operand of ILIKE is rendered as: `lower(…)`.
fn lower(operand: &Expr) -> Expr {
    use crate::orm::sql::expr::Function;
    use std::rc::Rc;
    Expr::new(
        ExprKind::Function(Rc::new(Function {
            packages: Vec::new(),
            name: Rc::from("lower"),
            args: vec![operand.clone()],
            known: false,
        })),
        operand.ty().clone(),
    )
}
