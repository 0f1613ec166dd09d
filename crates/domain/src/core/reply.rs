//! Replies: what a command did. Each slice lists its own; their numbers are stored with the idempotency key, so that
//! a retry hears the same. A slice reads its own numbers only.

pub const REPLY_CELLS_MAX: usize = 2;

/// A slice's enum of replies, made by `replies!`.
pub trait SliceReply: Sized + Into<Replied> {
    /// The stored numbers and what they are called.
    const NUMBERS: &'static [(i64, &'static str)];
    fn from_parts(number: i64, cells: [i64; REPLY_CELLS_MAX]) -> Option<Self>;
}

/// A reply of whichever slice, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replied {
    pub number: i64,
    pub cells: [i64; REPLY_CELLS_MAX],
    /// Whether a retry hears it again: a wrong code may be followed by the right one.
    pub is_remembered: bool,
}

impl Replied {
    /// As was stored under a key.
    pub fn remembered(number: i64, cells: [i64; REPLY_CELLS_MAX]) -> Self {
        Replied { number, cells, is_remembered: true }
    }

    /// What it names first, mostly the thing that was made.
    pub fn names<I>(&self, id: fn(i64) -> I) -> I {
        id(self.cells[0])
    }

    /// As the slice's own reply; None: another slice's, or a number that stands for nothing.
    pub fn of<R: SliceReply>(&self) -> Option<R> {
        R::from_parts(self.number, self.cells)
    }
}

/// Declares a slice's replies: their stored numbers, and up to two values that fit a cell.
/// `not remembered`: the same form may be sent again with other words.
macro_rules! replies {
    ($(#[$doc:meta])* $Reply:ident {
        $($(#[$vdoc:meta])* $Variant:ident $({ $($field:ident: $Type:ty),+ $(,)? })? = $number:literal $(not $flag:ident)?),+
        $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Reply { $($(#[$vdoc])* $Variant $({ $($field: $Type),+ })?),+ }
        impl $crate::core::reply::SliceReply for $Reply {
            const NUMBERS: &'static [(i64, &'static str)] = &[$(($number, stringify!($Variant))),+];
            #[allow(unused_variables, unused_mut, reason = "some replies say nothing beside their number")]
            fn from_parts(number: i64, cells: [i64; $crate::core::reply::REPLY_CELLS_MAX]) -> Option<Self> {
                let mut cells = cells.into_iter();
                match number {
                    $($number => Some($Reply::$Variant $({
                        $($field: $crate::core::row::Cell::from_cell(cells.next()?)?),+
                    })?),)+
                    _ => None,
                }
            }
        }
        impl From<$Reply> for $crate::core::reply::Replied {
            fn from(reply: $Reply) -> Self {
                match reply { $($Reply::$Variant $({ $($field),+ })? => $crate::core::reply::Replied {
                    number: $number,
                    cells: $crate::core::row::padded(&[$($($crate::core::row::Cell::into_cell($field)),+)?]),
                    is_remembered: $crate::core::reply::replies!(@remembered $($flag)?),
                }),+ }
            }
        }
    };
    (@remembered remembered) => { false };
    (@remembered) => { true };
}

pub(crate) use replies;
