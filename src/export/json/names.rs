//! The enums of a trace under the names that they have in a document.

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

use crate::trace::{
    AccessOutcome, CellKind, Confidence, Direction, FindingKind, StatementKind, Status, Strategy,
    Trigger,
};

/// An enum whose variants have names.
pub trait Named: Copy + 'static {
    /// What it is, for messages.
    const WHAT: &'static str;
    fn all() -> &'static [Self];
    fn name(self) -> &'static str;
}

macro_rules! named {
    ($($type:ident is $what:literal,)*) => {$(
        impl Named for $type {
            const WHAT: &'static str = $what;
            fn all() -> &'static [Self] {
                &Self::ALL
            }
            fn name(self) -> &'static str {
                $type::name(self)
            }
        }
    )*};
}

named! {
    AccessOutcome is "outcome",
    CellKind is "kind of cell",
    Confidence is "confidence",
    Direction is "direction",
    FindingKind is "kind of finding",
    StatementKind is "kind of statement",
    Status is "status",
    Strategy is "strategy",
    Trigger is "trigger",
}

pub fn serialize<T: Named, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.name())
}

pub fn deserialize<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(NameVisitor(std::marker::PhantomData))
}

struct NameVisitor<T>(std::marker::PhantomData<T>);

impl<T: Named> Visitor<'_> for NameVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = T::all().iter().map(|value| value.name()).collect();
        write!(f, "a {}: one of {}", T::WHAT, names.join(", "))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
        let found = T::all().iter().find(|value| value.name() == name);
        found
            .copied()
            .ok_or_else(|| E::invalid_value(Unexpected::Str(name), &self))
    }
}

/// The same for a value that may be missing or null.
pub mod option {
    use serde::Deserialize;

    use super::{Deserializer, Named, Serializer};

    struct Wrapped<T>(T);

    impl<'de, T: Named> Deserialize<'de> for Wrapped<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            super::deserialize(deserializer).map(Wrapped)
        }
    }

    pub fn serialize<T: Named, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, T: Named, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let value = Option::<Wrapped<T>>::deserialize(deserializer)?;
        Ok(value.map(|Wrapped(value)| value))
    }
}
