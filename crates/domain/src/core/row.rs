//! Rows: what the domain knows. Whole numbers only, found by a key or by the beginning of a key.
//!
//! One list (`rows!` in `tables.rs`) makes the structs, the schema that the store checks, the loads and the flushes of
//!
//! both engines, so that there are no twins to drift apart.

pub const KEY_CELLS_MAX: usize = 3;
pub const ROW_CELLS_MAX: usize = 16;
pub type Key = [i64; KEY_CELLS_MAX];
pub type Cells = [i64; ROW_CELLS_MAX];

/// How a table looks: all that the store needs to load and flush it.
#[derive(Debug)]
pub struct Shape {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// How many of the columns, from the first on, are the key.
    pub keys: usize,
    /// Written once and never read by a decision.
    pub log: bool,
}

/// A value that fits one cell.
pub trait Cell: Copy {
    fn into_cell(self) -> i64;
    /// None: the number stands for nothing, so the row is corrupt.
    fn from_cell(cell: i64) -> Option<Self>;
}

impl Cell for i64 {
    fn into_cell(self) -> i64 {
        self
    }
    fn from_cell(cell: i64) -> Option<Self> {
        Some(cell)
    }
}

impl Cell for bool {
    fn into_cell(self) -> i64 {
        i64::from(self)
    }
    fn from_cell(cell: i64) -> Option<Self> {
        match cell {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// Ids start at 1, so 0 is nobody.
impl<T: Cell + Id> Cell for Option<T> {
    fn into_cell(self) -> i64 {
        self.map_or(0, T::into_cell)
    }
    fn from_cell(cell: i64) -> Option<Self> {
        if cell == 0 { Some(None) } else { T::from_cell(cell).map(Some) }
    }
}

pub trait Id {}

pub trait Row: Sized {
    const TABLE: Table;
    fn cells(&self) -> Cells;
    fn of(cells: &Cells) -> Option<Self>;
}

use crate::tables::Table;

pub fn key_of(cells: &Cells, keys: usize) -> Key {
    let mut key = [0; KEY_CELLS_MAX];
    key[..keys].copy_from_slice(&cells[..keys]);
    key
}

pub fn key<const K: usize>(of: [i64; K]) -> Key {
    padded(&of)
}

/// Cells, and zeros after them.
pub fn padded<const N: usize>(of: &[i64]) -> [i64; N] {
    let mut cells = [0; N];
    cells[..of.len()].copy_from_slice(of);
    cells
}

/// Declares newtypes for ids, so that a card's id is never taken for a reader's.
macro_rules! ids {
    ($($(#[$doc:meta])* $Id:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Id(pub i64);
        impl $crate::core::row::Id for $Id {}
        impl $crate::core::row::Cell for $Id {
            fn into_cell(self) -> i64 { self.0 }
            fn from_cell(cell: i64) -> Option<Self> { Some(Self(cell)) }
        }
        impl std::fmt::Display for $Id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    )+ };
}

/// Declares an enum that is kept as a number.
macro_rules! cell_enum {
    ($(#[$doc:meta])* $Name:ident { $($(#[$vdoc:meta])* $Variant:ident = $number:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name { $($(#[$vdoc])* $Variant = $number),+ }
        impl $Name {
            pub const ALL: &'static [$Name] = &[$($Name::$Variant),+];
            pub const NAMES: &'static [&'static str] = &[$(stringify!($Variant)),+];
            /// Their stored numbers and names.
            pub const NUMBERS: &'static [(i64, &'static str)] = &[$(($number, stringify!($Variant))),+];
        }
        impl $crate::core::row::Cell for $Name {
            fn into_cell(self) -> i64 { self as i64 }
            fn from_cell(cell: i64) -> Option<Self> {
                match cell { $($number => Some($Name::$Variant),)+ _ => None }
            }
        }
    };
}

/// Declares a slice's part of an open set of kinds: each has its number, which is what is stored.
macro_rules! kinds {
    ($(#[$doc:meta])* $Kind:ident as $Number:ident { $($(#[$vdoc:meta])* $Variant:ident = $number:literal),+ $(,)? }) => {
        $crate::core::row::cell_enum! { $(#[$doc])* $Kind { $($(#[$vdoc])* $Variant = $number),+ } }
        impl From<$Kind> for $Number {
            fn from(kind: $Kind) -> Self {
                $Number(kind as i64)
            }
        }
        impl PartialEq<$Kind> for $Number {
            fn eq(&self, kind: &$Kind) -> bool {
                self.0 == *kind as i64
            }
        }
    };
}

/// Declares the tables in the order in which they are flushed.
macro_rules! rows {
    ($( $(#[$doc:meta])* $Row:ident($($k:ident: $kt:ty),+) { $($c:ident: $ct:ty),* $(,)? } in $name:literal $($log:ident)?; )+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Table { $($Row),+ }
        impl Table {
            pub const ALL: &'static [Table] = &[$(Table::$Row),+];
            pub fn shape(self) -> &'static Shape { &SHAPES[self as usize] }
            /// Whether these cells stand for a row of this table.
            pub fn is_row(self, cells: &Cells) -> bool {
                match self { $(Table::$Row => $Row::of(cells).is_some()),+ }
            }
        }
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq)]
            pub struct $Row { $(pub $k: $kt,)+ $(pub $c: $ct),* }
            impl $Row {
                pub fn key($($k: $kt),+) -> Key { $crate::core::row::key([$($crate::core::row::Cell::into_cell($k)),+]) }
            }
            impl Row for $Row {
                const TABLE: Table = Table::$Row;
                fn cells(&self) -> Cells {
                    $crate::core::row::padded(&[
                        $($crate::core::row::Cell::into_cell(self.$k),)+ $($crate::core::row::Cell::into_cell(self.$c)),*
                    ])
                }
                fn of(cells: &Cells) -> Option<Self> {
                    let mut cells = cells.iter().copied();
                    Some(Self {
                        $($k: $crate::core::row::Cell::from_cell(cells.next()?)?,)+
                        $($c: $crate::core::row::Cell::from_cell(cells.next()?)?),*
                    })
                }
            }
        )+
        $(const _: () = assert!(
            [$(stringify!($k),)+ $(stringify!($c)),*].len() <= $crate::core::row::ROW_CELLS_MAX,
            concat!(stringify!($Row), " has more cells than a row may have"),
        );)+
        pub const SHAPES: &[Shape] = &[$(Shape {
            name: $name,
            columns: &[$(stringify!($k),)+ $(stringify!($c)),*],
            keys: [$(stringify!($k)),+].len(),
            log: rows!(@log $($log)?),
        }),+];
    };
    (@log log) => { true };
    (@log) => { false };
}

pub(crate) use {cell_enum, ids, kinds, rows};
