use std::fmt;
use std::ops::{BitOr, BitXor};

/// What a read of an attribute may do to find a value that is not there, by SQLAlchemy's names and numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Passive(u16);

impl Passive {
    /// Nothing may be loaded and nothing may change.
    pub const NO_CHANGE: Self = Self(0);
    /// Loaders may be asked.
    pub const CALLABLES_OK: Self = Self(1);
    /// Loaders may send SQL, at least for columns.
    pub const SQL_OK: Self = Self(2);
    /// Loaders may send SQL for related objects too.
    pub const RELATED_OBJECT_OK: Self = Self(4);
    /// Without a value, the attribute takes its empty one.
    pub const INIT_OK: Self = Self(8);
    /// Loaders may be asked when the parent has no row yet.
    pub const NON_PERSISTENT_OK: Self = Self(16);
    /// A load goes by the keys that the row has, not by those set since.
    pub const LOAD_AGAINST_COMMITTED: Self = Self(32);
    /// The load does not flush first.
    pub const NO_AUTOFLUSH: Self = Self(64);
    /// `raise` strategies and missing sessions are no errors.
    pub const NO_RAISE: Self = Self(128);
    /// The previous value of an attribute is wanted, although another was set.
    pub const DEFERRED_HISTORY_LOAD: Self = Self(256);
    /// History counts what was added to and removed from a collection that is not loaded.
    pub const INCLUDE_PENDING_MUTATIONS: Self = Self(512);

    /// Everything may be done: an ordinary read.
    pub const OFF: Self = Self(31);
    /// As an ordinary read, but without a value nothing is made up.
    pub const RETURN_NO_VALUE: Self = Self(31 ^ 8);
    /// Only what is there.
    pub const NO_INITIALIZE: Self = Self(31 ^ 8 ^ 1);
    /// Loaders without SQL: the identity map.
    pub const NO_FETCH: Self = Self(31 ^ 2);
    /// SQL for columns, not for related objects.
    pub const NO_FETCH_RELATED: Self = Self(31 ^ 4);
    /// Only for objects that have a row.
    pub const ONLY_PERSISTENT: Self = Self(31 ^ 16);
    /// As an ordinary read, without the errors of `raise` strategies.
    pub const MERGE: Self = Self(31 | 128);

    pub const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub const fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    pub const fn without(self, flag: Self) -> Self {
        Self(self.0 & !flag.0)
    }
}

impl BitOr for Passive {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitXor for Passive {
    type Output = Self;

    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

impl fmt::Debug for Passive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passive({:#b})", self.0)
    }
}
