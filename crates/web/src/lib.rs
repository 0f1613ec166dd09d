//! The web crate of yue.
