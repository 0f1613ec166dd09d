//! Records: prose, payloads and audit rows. Committed with their cause, never read by a decision.
//!
//! Each slice declares its own with `texts!`; the statement that stores one is made from its shape.

use crate::core::digest::Digest;
use crate::core::row::Cell;

/// What web made of a personal number or text: the domain never sees it clear.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sealed(pub Vec<u8>);

/// What a column of a record holds.
#[derive(Clone, Debug, PartialEq)]
pub enum TextValue {
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Null,
}

/// How a record is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// The newest one of a key.
    Newest,
    /// One of a key, for ever.
    Once,
    /// Beside what is there already.
    Beside,
    /// Nothing is kept, and what was kept under such a key goes.
    Gone,
}

/// All that the store needs to write a record.
#[derive(Debug)]
pub struct TextShape {
    pub name: &'static str,
    pub table: &'static str,
    pub columns: fn() -> Vec<&'static str>,
    /// How many of the columns, from the first on, are the key.
    pub keys: fn() -> usize,
    pub keeping: Keeping,
    /// Pages that cache content must read it again.
    pub is_content: bool,
}

/// A record of whichever slice.
#[derive(Clone)]
pub struct Record {
    shape: &'static TextShape,
    values: Vec<TextValue>,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.shape.name, self.values)
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        (self.shape.name, &self.values) == (other.shape.name, &other.values)
    }
}

impl Record {
    pub fn shape(&self) -> &'static TextShape {
        self.shape
    }

    pub fn values(&self) -> &[TextValue] {
        &self.values
    }

    /// As the slice's own record, if it is one of these.
    pub fn of<T: Text>(&self) -> Option<T> {
        if self.shape.name == T::SHAPE.name { T::from_values(self.values.clone()) } else { None }
    }
}

impl<T: Text> From<T> for Record {
    fn from(text: T) -> Self {
        Record { shape: T::SHAPE, values: text.into_values() }
    }
}

/// A slice's record, made by `texts!`.
pub trait Text: Sized {
    const SHAPE: &'static TextShape;
    fn into_values(self) -> Vec<TextValue>;
    fn from_values(values: Vec<TextValue>) -> Option<Self>;
}

/// A part of a record: one column, or several.
pub trait TextPart: Sized {
    /// `name`: of the field.
    fn columns(name: &'static str) -> Vec<&'static str> {
        vec![name]
    }
    fn into_values(self, to: &mut Vec<TextValue>);
    fn from_values(from: &mut impl Iterator<Item = TextValue>) -> Option<Self>;
}

impl<C: Cell> TextPart for C {
    fn into_values(self, to: &mut Vec<TextValue>) {
        to.push(TextValue::Int(self.into_cell()));
    }
    fn from_values(from: &mut impl Iterator<Item = TextValue>) -> Option<Self> {
        match from.next()? {
            TextValue::Int(cell) => C::from_cell(cell),
            _ => None,
        }
    }
}

impl TextPart for String {
    fn into_values(self, to: &mut Vec<TextValue>) {
        to.push(TextValue::Text(self));
    }
    fn from_values(from: &mut impl Iterator<Item = TextValue>) -> Option<Self> {
        match from.next()? {
            TextValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl TextPart for Vec<u8> {
    fn into_values(self, to: &mut Vec<TextValue>) {
        to.push(TextValue::Bytes(self));
    }
    fn from_values(from: &mut impl Iterator<Item = TextValue>) -> Option<Self> {
        match from.next()? {
            TextValue::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl TextPart for Sealed {
    fn into_values(self, to: &mut Vec<TextValue>) {
        self.0.into_values(to);
    }
    fn from_values(from: &mut impl Iterator<Item = TextValue>) -> Option<Self> {
        TextPart::from_values(from).map(Sealed)
    }
}

/// None stands for what was there and has been wiped.
impl TextPart for Option<Sealed> {
    fn into_values(self, to: &mut Vec<TextValue>) {
        to.push(self.map_or(TextValue::Null, |sealed| TextValue::Bytes(sealed.0)));
    }
    fn from_values(from: &mut impl Iterator<Item = TextValue>) -> Option<Self> {
        match from.next()? {
            TextValue::Bytes(bytes) => Some(Some(Sealed(bytes))),
            TextValue::Null => Some(None),
            _ => None,
        }
    }
}

impl TextPart for Digest {
    fn columns(_: &'static str) -> Vec<&'static str> {
        vec!["high", "low"]
    }
    fn into_values(self, to: &mut Vec<TextValue>) {
        to.extend([TextValue::Int(self.high), TextValue::Int(self.low)]);
    }
    fn from_values(from: &mut impl Iterator<Item = TextValue>) -> Option<Self> {
        Some(Digest { high: TextPart::from_values(from)?, low: TextPart::from_values(from)? })
    }
}

/// Declares texts of several columns, which are parts of records.
macro_rules! text_parts {
    ($( $(#[$doc:meta])* $Part:ident { $($(#[$fdoc:meta])* $f:ident: $T:ty),+ $(,)? } )+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Default)]
        pub struct $Part { $($(#[$fdoc])* pub $f: $T),+ }
        impl $crate::core::record::TextPart for $Part {
            fn columns(_: &'static str) -> Vec<&'static str> {
                vec![$(stringify!($f)),+]
            }
            fn into_values(self, to: &mut Vec<$crate::core::record::TextValue>) {
                $($crate::core::record::TextPart::into_values(self.$f, to);)+
            }
            fn from_values(from: &mut impl Iterator<Item = $crate::core::record::TextValue>) -> Option<Self> {
                Some($Part { $($f: $crate::core::record::TextPart::from_values(from)?),+ })
            }
        }
    )+ };
}

/// Declares a slice's records: key, columns, table, and how they are kept (`newest`, `once`, `beside`; `gone`: wiped).
macro_rules! texts {
    ($( $(#[$doc:meta])* $Text:ident($($k:ident: $kt:ty),+) { $($f:ident: $T:ty),* $(,)? }
        in $table:literal $keeping:ident $($content:ident)?; )+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Text { $(pub $k: $kt,)+ $(pub $f: $T),* }
        impl $crate::core::record::Text for $Text {
            const SHAPE: &'static $crate::core::record::TextShape = &$crate::core::record::TextShape {
                name: stringify!($Text),
                table: $table,
                columns: || [
                    $(<$kt as $crate::core::record::TextPart>::columns(stringify!($k)),)+
                    $(<$T as $crate::core::record::TextPart>::columns(stringify!($f))),*
                ].concat(),
                keys: || [$(<$kt as $crate::core::record::TextPart>::columns(stringify!($k)).len()),+].iter().sum(),
                keeping: $crate::core::record::texts!(@keeping $keeping),
                is_content: $crate::core::record::texts!(@content $($content)?),
            };
            fn into_values(self) -> Vec<$crate::core::record::TextValue> {
                let mut values = vec![];
                $($crate::core::record::TextPart::into_values(self.$k, &mut values);)+
                $($crate::core::record::TextPart::into_values(self.$f, &mut values);)*
                values
            }
            fn from_values(values: Vec<$crate::core::record::TextValue>) -> Option<Self> {
                let from = &mut values.into_iter();
                Some($Text {
                    $($k: $crate::core::record::TextPart::from_values(from)?,)+
                    $($f: $crate::core::record::TextPart::from_values(from)?),*
                })
            }
        }
    )+ };
    (@keeping newest) => { $crate::core::record::Keeping::Newest };
    (@keeping once) => { $crate::core::record::Keeping::Once };
    (@keeping beside) => { $crate::core::record::Keeping::Beside };
    (@keeping gone) => { $crate::core::record::Keeping::Gone };
    (@content content) => { true };
    (@content) => { false };
}

pub(crate) use {text_parts, texts};

texts! {
    /// A picture by its content's hash: the same picture is there once.
    Picture(hash: Digest) { bytes: Vec<u8> } in "picture" newest;
}
