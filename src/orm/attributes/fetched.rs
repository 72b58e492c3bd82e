use crate::orm::instance::Slot;

/// What the loader of an attribute has to say.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// On these terms no value can be had; it may exist all the same.
    NoResult,
    /// There is nothing to load from: the attribute is empty.
    Empty,
    /// What the load would go by was never set.
    NoValue,
    /// The loader has filled the attribute's slot.
    WasSet,
    /// The value, not yet in its slot.
    Slot(Slot),
}

/// What a read of an attribute gives.
#[derive(Clone, Debug)]
pub enum Got {
    /// On these terms no value can be had; it may exist all the same.
    NoResult,
    /// There is none.
    NoValue,
    Slot(Slot),
}

impl Got {
    /// The slot; none without a value.
    pub fn slot(self) -> Option<Slot> {
        match self {
            Self::Slot(slot) => Some(slot),
            Self::NoResult | Self::NoValue => None,
        }
    }
}
