//! The connectors crate of yue.
