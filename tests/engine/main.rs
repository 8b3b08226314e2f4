//! The engine against what others published and computed.

// Marked as tests so that their helpers may unwrap.
#[cfg(test)]
mod access_logs;
#[cfg(test)]
mod alone;
#[cfg(test)]
mod another;
#[cfg(test)]
mod botocore;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod causes;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod common;
#[cfg(test)]
mod correct;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod diffs;
#[cfg(test)]
mod doubt;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod edited;
#[cfg(test)]
mod equal;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod fragments;
#[cfg(test)]
mod header_maps;
#[cfg(test)]
mod hidden;
#[cfg(test)]
mod holders;
#[cfg(test)]
mod little;
#[cfg(test)]
mod logged;
#[cfg(test)]
mod message_ends;
mod messages;
#[cfg(test)]
mod observed;
#[cfg(test)]
mod options;
#[cfg(test)]
mod other_scheme;
#[cfg(test)]
mod pieces;
#[cfg(test)]
mod post_forms;
#[cfg(test)]
mod readings;
#[cfg(test)]
mod records;
#[cfg(test)]
mod short_prints;
#[cfg(test)]
mod stand_ins;
mod stated;
#[cfg(test)]
mod suite;
#[cfg(test)]
mod taken;
#[cfg(test)]
mod torn;
#[cfg(test)]
mod tries;
#[cfg(test)]
mod whose;
