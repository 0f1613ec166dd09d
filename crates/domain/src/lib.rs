//! The domain crate of yue.
