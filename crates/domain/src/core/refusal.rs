//! Refusals: why a command was not carried out. Each slice lists its own; their sentences are made in `web`.
//! Their order of precedence is each decision's own, and is proven by the tests of its slice.

use std::fmt;

pub const REFUSAL_CELLS_MAX: usize = 3;

/// A slice's enum of refusals, made by `refusals!`.
pub trait Reason: Copy {
    /// Where the enum stands: tells one slice's refusals from another's.
    const HOME: &'static str;
    fn name(&self) -> &'static str;
    fn cells(&self) -> [i64; REFUSAL_CELLS_MAX];
    fn from_parts(name: &str, cells: [i64; REFUSAL_CELLS_MAX]) -> Option<Self>;
}

/// A refusal of whichever slice, so that what carries it need not know them all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    home: &'static str,
    name: &'static str,
    cells: [i64; REFUSAL_CELLS_MAX],
}

impl Refused {
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// As the slice's own refusal, if it is that slice's.
    pub fn of<R: Reason>(&self) -> Option<R> {
        if self.home == R::HOME { R::from_parts(self.name, self.cells) } else { None }
    }
}

impl<R: Reason> From<R> for Refused {
    fn from(why: R) -> Self {
        Refused { home: R::HOME, name: why.name(), cells: why.cells() }
    }
}

impl From<&Refused> for Refused {
    fn from(why: &Refused) -> Self {
        *why
    }
}

impl<R: Reason> PartialEq<R> for Refused {
    fn eq(&self, other: &R) -> bool {
        *self == Refused::from(*other)
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.name, self.cells)
    }
}

/// Declares a slice's refusals, with what they say: up to three values that fit a cell.
macro_rules! refusals {
    ($(#[$doc:meta])* $Refusal:ident {
        $($(#[$vdoc:meta])* $Variant:ident $({ $($field:ident: $Type:ty),+ $(,)? })?),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Refusal { $($(#[$vdoc])* $Variant $({ $($field: $Type),+ })?),* }
        impl $Refusal {
            pub const NAMES: &'static [&'static str] = &[$(stringify!($Variant)),*];
        }
        impl $crate::core::refusal::Reason for $Refusal {
            const HOME: &'static str = module_path!();
            fn name(&self) -> &'static str {
                match *self { $($Refusal::$Variant { .. } => stringify!($Variant)),* }
            }
            fn cells(&self) -> [i64; $crate::core::refusal::REFUSAL_CELLS_MAX] {
                match *self { $($Refusal::$Variant $({ $($field),+ })? => {
                    $crate::core::row::padded(&[$($($crate::core::row::Cell::into_cell($field)),+)?])
                }),* }
            }
            #[allow(unused_variables, unused_mut, reason = "most refusals say nothing beside their name")]
            fn from_parts(name: &str, cells: [i64; $crate::core::refusal::REFUSAL_CELLS_MAX]) -> Option<Self> {
                let mut cells = cells.into_iter();
                match name {
                    $(stringify!($Variant) => Some($Refusal::$Variant $({
                        $($field: $crate::core::row::Cell::from_cell(cells.next()?)?),+
                    })?),)*
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use refusals;

refusals! {
    /// What any slice may refuse.
    Common {
        /// The same idempotency key came with another body.
        KeyReused,
        NoPermission,
        NotPositive,
        DatesReversed,
        TitleMissing,
        ReasonMissing,
        /// Nothing to tell.
        WordsMissing,
        TextTooLong { most: i64 },
    }
}
