//! Rules: so far only their words; they are set on the command line.

pub mod words;
