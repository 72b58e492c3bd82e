//! Operators with SQLAlchemy's precedence.

use std::rc::Rc;

use crate::orm::sql::types::SqlType;

/// An operator by SQLAlchemy's name for it.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Neg,
    Concat,
    BitAnd,
    BitOr,
    BitXor,
    BitNot,
    ShiftLeft,
    ShiftRight,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Is,
    IsNot,
    IsDistinctFrom,
    IsNotDistinctFrom,
    Like,
    NotLike,
    ILike,
    NotILike,
    Contains,
    NotContains,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
    IContains,
    NotIContains,
    IStartsWith,
    NotIStartsWith,
    IEndsWith,
    NotIEndsWith,
    In,
    NotIn,
    Between,
    NotBetween,
    Match,
    NotMatch,
    RegexpMatch,
    NotRegexpMatch,
    RegexpReplace,
    And,
    Or,
    /// NOT.
    Inv,
    IsTrue,
    IsFalse,
    Exists,
    Distinct,
    Asc,
    Desc,
    NullsFirst,
    NullsLast,
    Collate,
    Comma,
    As,
    /// What `and_()` groups a single clause against.
    AsBool,
    From,
    Filter,
    JsonGetItem,
    JsonPathGetItem,
    Custom(Rc<CustomOp>),
}

/// `column.op("&&", …)`.
#[derive(Clone, Debug)]
pub struct CustomOp {
    pub text: Rc<str>,
    pub precedence: i32,
    pub is_comparison: bool,
    pub natural_self_precedent: bool,
    pub eager_grouping: bool,
    pub return_type: Option<SqlType>,
}

impl PartialEq for CustomOp {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.precedence == other.precedence
            && self.is_comparison == other.is_comparison
            && self.natural_self_precedent == other.natural_self_precedent
            && self.eager_grouping == other.eager_grouping
    }
}

impl Op {
    /// `column.op(text)` with SQLAlchemy's defaults.
    pub fn custom(text: impl AsRef<str>) -> Self {
        Self::Custom(Rc::new(CustomOp {
            text: Rc::from(text.as_ref()),
            precedence: 0,
            is_comparison: false,
            natural_self_precedent: false,
            eager_grouping: false,
            return_type: None,
        }))
    }

    fn precedence(&self) -> Option<i32> {
        use Op::{
            Add, And, As, AsBool, Asc, Between, BitAnd, BitNot, BitOr, BitXor, Collate, Comma,
            Concat, Contains, Custom, Desc, Distinct, EndsWith, Eq, Exists, Filter, FloorDiv, From,
            Ge, Gt, IContains, IEndsWith, ILike, IStartsWith, In, Inv, Is, IsDistinctFrom, IsFalse,
            IsNot, IsNotDistinctFrom, IsTrue, JsonGetItem, JsonPathGetItem, Le, Like, Lt, Match,
            Mod, Mul, Ne, Neg, NotBetween, NotContains, NotEndsWith, NotIContains, NotIEndsWith,
            NotILike, NotIStartsWith, NotIn, NotLike, NotMatch, NotRegexpMatch, NotStartsWith,
            NullsFirst, NullsLast, Or, RegexpMatch, RegexpReplace, ShiftLeft, ShiftRight,
            StartsWith, Sub, TrueDiv,
        };
        Some(match self {
            From | JsonGetItem | JsonPathGetItem => 15,
            Mul | TrueDiv | FloorDiv | Mod | Neg | BitNot => 8,
            Add | Sub | BitXor | BitOr | BitAnd | ShiftLeft | ShiftRight => 7,
            Filter => 6,
            Concat | Match | NotMatch | RegexpMatch | NotRegexpMatch | RegexpReplace | ILike
            | NotILike | Like | NotLike | In | NotIn | Is | IsNot | Eq | Ne | IsDistinctFrom
            | IsNotDistinctFrom | Gt | Lt | Ge | Le | Between | NotBetween | Distinct | Inv
            | IsTrue | IsFalse => 5,
            Collate => 4,
            And | Desc | Asc => 3,
            Or => 2,
            Exists => 0,
            Comma | As => -1,
            AsBool => -10,
            Custom(custom) => custom.precedence,
            // SQLAlchemy's table does not list these.
            Contains | NotContains | StartsWith | NotStartsWith | EndsWith | NotEndsWith
            | IContains | NotIContains | IStartsWith | NotIStartsWith | IEndsWith
            | NotIEndsWith | NullsFirst | NullsLast => {
                return None;
            }
        })
    }

    /// Whether an expression of this operator needs parentheses as an operand of `against`.
    pub fn is_precedent(&self, against: Option<&Op>) -> bool {
        match against {
            Some(against) if self == against && self.is_natural_self_precedent() => false,
            None => true,
            Some(against) => {
                self.precedence().unwrap_or(-100) <= against.precedence().unwrap_or(100)
            }
        }
    }

    pub fn is_comparison(&self) -> bool {
        use Op::*;
        match self {
            Eq | Ne | Gt | Lt | Ge | Le | Between | NotBetween | Is | IsNot | IsDistinctFrom
            | IsNotDistinctFrom | Like | NotLike | ILike | NotILike | Match | NotMatch | In
            | NotIn | RegexpMatch | NotRegexpMatch | Contains | NotContains | StartsWith
            | NotStartsWith | EndsWith | NotEndsWith | IContains | NotIContains | IStartsWith
            | NotIStartsWith | IEndsWith | NotIEndsWith => true,
            Custom(custom) => custom.is_comparison,
            _ => false,
        }
    }

    /// Whether its expressions are booleans by themselves.
    pub fn is_boolean(&self) -> bool {
        self.is_comparison()
            || matches!(
                self,
                Self::Inv | Self::IsTrue | Self::IsFalse | Self::And | Self::Or
            )
    }

    /// `(a op b) op c` may be flattened to `a op b op c`.
    pub fn is_associative(&self) -> bool {
        matches!(
            self,
            Self::Add | Self::Mul | Self::Concat | Self::And | Self::Or
        )
    }

    pub fn is_commutative(&self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Add | Self::Mul)
    }

    /// What `~` turns the comparison into.
    pub fn negation(&self) -> Option<Op> {
        use Op::*;
        Some(match self {
            Eq => Ne,
            Ne => Eq,
            Lt => Ge,
            Ge => Lt,
            Gt => Le,
            Le => Gt,
            // SQLAlchemy negates these two to themselves when given an operand that is neither NULL nor boolean.
            Is | IsNot => Is,
            IsDistinctFrom => IsNotDistinctFrom,
            IsNotDistinctFrom => IsDistinctFrom,
            In => NotIn,
            NotIn => In,
            Like => NotLike,
            NotLike => Like,
            ILike => NotILike,
            NotILike => ILike,
            Contains => NotContains,
            StartsWith => NotStartsWith,
            EndsWith => NotEndsWith,
            IContains => NotIContains,
            IStartsWith => NotIStartsWith,
            IEndsWith => NotIEndsWith,
            Between => NotBetween,
            NotBetween => Between,
            Match => NotMatch,
            NotMatch => Match,
            RegexpMatch | NotRegexpMatch => NotRegexpMatch,
            _ => return None,
        })
    }

    fn is_natural_self_precedent(&self) -> bool {
        match self {
            Self::JsonGetItem | Self::JsonPathGetItem => true,
            Self::Custom(custom) => custom.natural_self_precedent,
            _ => self.is_associative(),
        }
    }

    pub fn is_ordering_modifier(&self) -> bool {
        matches!(
            self,
            Self::Asc | Self::Desc | Self::NullsFirst | Self::NullsLast
        )
    }
}
