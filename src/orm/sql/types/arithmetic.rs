//! The types of operands and results.

use super::{Affinity, SqlType};
use crate::orm::sql::expr::Op;
use crate::orm::value::Value;

impl SqlType {
    /// The type that a plain value takes when it is compared with something of this type.
    pub fn coerce_compared(&self, value: &Value) -> SqlType {
        if matches!(self, Self::Decorated { .. }) {
            return self.clone();
        }
        let own = value.sql_type();
        let same = own.is_null()
            || own.affinity() == self.affinity()
            || (self.affinity() == Affinity::Enum && own.affinity() == Affinity::String)
            || (self.affinity() == Affinity::Uuid && own.affinity() == Affinity::String);
        if same { self.clone() } else { own }
    }

    /// The operator that really stands between the two types, and the type of the result.
    pub fn adapt_operator(&self, op: &Op, other: &SqlType) -> (Op, SqlType) {
        use Affinity as A;
        let (left, right) = (self.affinity(), other.affinity());
        match left {
            A::Null => {
                if right == A::Null || !op.is_commutative() {
                    (op.clone(), self.clone())
                } else {
                    other.adapt_operator(op, self)
                }
            }
            A::String | A::Enum => {
                let concatenates = matches!(right, A::String | A::Enum | A::Null);
                let op = if *op == Op::Add && concatenates {
                    Op::Concat
                } else {
                    op.clone()
                };
                let ty = match (self, &op) {
                    (Self::Enum(enumeration), Op::Concat) => Self::String(enumeration.length),
                    _ => self.clone(),
                };
                (op, ty)
            }
            _ => (
                op.clone(),
                self.arithmetic(op, right, other)
                    .unwrap_or_else(|| self.clone()),
            ),
        }
    }

    /// The result type of arithmetic where it is not this type itself.
    fn arithmetic(&self, op: &Op, right: Affinity, other: &SqlType) -> Option<SqlType> {
        use Affinity as A;
        use Op::{Add, FloorDiv, Mul, Sub, TrueDiv};
        match (self.affinity(), op, right) {
            (A::Integer, Add, A::Date) => Some(other.clone()),
            (A::Integer, Mul, A::Interval) => Some(other.clone()),
            (A::Integer, TrueDiv, A::Integer) => Some(Self::NUMERIC),
            (A::Integer, Add | Mul | Sub | TrueDiv, A::Numeric | A::Float) => Some(other.clone()),
            (A::Integer, FloorDiv, A::Numeric) => Some(other.clone()),
            (A::Numeric | A::Float, Mul, A::Interval) => Some(other.clone()),
            (A::DateTime, Sub, A::DateTime) => Some(Self::Interval),
            (A::Date, Add, A::Interval | A::Time) => Some(Self::DATETIME),
            (A::Date, Sub, A::Date) => Some(Self::Integer),
            (A::Date, Sub, A::Interval) => Some(Self::DATETIME),
            (A::Date, Sub, A::DateTime) => Some(Self::Interval),
            (A::Time, Add, A::Date) => Some(Self::DATETIME),
            (A::Time, Sub, A::Time) => Some(Self::Interval),
            (A::Interval, Add, A::Date) => Some(Self::DATETIME),
            (A::Interval, Add, A::DateTime | A::Time) => Some(other.clone()),
            _ => None,
        }
    }
}
