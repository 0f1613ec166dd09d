//! The sandbox crate of yue.
