//! Credentials: finding secrets in the environment, credential files, caches and at a prompt.
//!
//! Owns every place a secret may come from, and the order in which they are asked. It must not know
//! how to sign.
