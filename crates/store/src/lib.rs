//! The store crate of yue.
