//! Marks as they are drawn, and what holds of all of them.

use proptest::prelude::*;

use super::*;

/// The marked parts of both, in brackets.
fn shown(a: &str, b: &str) -> [String; 2] {
    let [x, y] = emphasise(a.as_bytes(), b.as_bytes(), &mut Budget::new());
    [draw(a, &x), draw(b, &y)]
}

fn draw(text: &str, runs: &[Emphasis]) -> String {
    runs.iter()
        .map(|run| {
            let part = text.get(run.range.clone()).unwrap();
            if run.differs {
                format!("[{part}]")
            } else {
                part.to_owned()
            }
        })
        .collect()
}

#[test]
fn words_that_share_half_are_marked_where_they_differ_and_never_inside_a_character() {
    assert_eq!(shown("abxy", "abzw"), ["ab[xy]", "ab[zw]"]);
    assert_eq!(shown("abxyz", "abzwq"), ["[abxyz]", "[abzwq]"]);
    // Both letters end in the same byte.
    assert_eq!(shown("xxé", "xxũ"), ["xx[é]", "xx[ũ]"]);
}

#[test]
fn only_the_differing_segment_of_a_path_is_marked() {
    assert_eq!(
        shown("/bkt/a%20b/c.txt", "/bkt/a+b/c.txt"),
        ["/bkt/a[%20]b/c.txt", "/bkt/a[+]b/c.txt"]
    );
    assert_eq!(
        shown("/v1/users/x", "/users/x"),
        ["/[v1/]users/x", "/users/x"]
    );
}

#[test]
fn an_escape_is_marked_as_one() {
    assert_eq!(shown("a%2Fb", "a%2fb"), ["a[%2F]b", "a[%2f]b"]);
    assert_eq!(shown("a%2Fb", "a%252Fb"), ["a[%2F]b", "a[%252F]b"]);
}

#[test]
fn two_hosts_are_marked_whole_though_they_share_a_dot() {
    assert_eq!(
        shown("nginx.local:8080", "s3.us-east-1.amazonaws.com"),
        ["[nginx.local:8080]", "[s3.us-east-1.amazonaws.com]"]
    );
}

#[test]
fn a_lost_blank_and_a_stray_return_are_marked_alone() {
    assert_eq!(
        shown("gzip, deflate", "gzip,deflate"),
        ["gzip,[ ]deflate", "gzip,deflate"]
    );
    assert_eq!(shown("x\r", "x"), ["x[\r]", "x"]);
    assert_eq!(shown("a  b", "a b"), ["a [ ]b", "a b"]);
}

#[test]
fn what_a_proxy_added_to_a_list_is_marked_alone() {
    assert_eq!(
        shown("identity", "identity,gzip(gfe)"),
        ["identity", "identity[,gzip(gfe)]"]
    );
}

#[test]
fn one_letter_of_a_long_word_is_marked_and_two_hashes_are_marked_whole() {
    assert_eq!(
        shown("AKIAIOSFODNN7EXAMPLE", "AKIAIOSF0DNN7EXAMPLE"),
        ["AKIAIOSF[O]DNN7EXAMPLE", "AKIAIOSF[0]DNN7EXAMPLE"]
    );
    assert_eq!(shown("9f2c61d0", "9a7733ee"), ["[9f2c61d0]", "[9a7733ee]"]);
}

#[test]
fn a_megabyte_takes_linear_time() {
    let a = b"a=b&".repeat(1 << 18);
    let mut b = a.clone();
    b.rotate_left(1);
    let started = std::time::Instant::now();
    let marks = emphasise(&a, &b, &mut Budget::new());
    assert_eq!(marks[0].last().map(|run| run.range.end), Some(a.len()));
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
}

#[test]
fn many_differing_fields_share_one_budget() {
    let mut budget = Budget::new();
    let a = "a/".repeat(1000);
    let b = "b/".repeat(1000);
    for _ in 0..10_000 {
        if budget.0 < 4_000_000 {
            break;
        }
        emphasise(a.as_bytes(), b.as_bytes(), &mut budget);
    }
    let left = budget.0;
    emphasise(a.as_bytes(), b.as_bytes(), &mut budget);
    assert!(left - budget.0 <= 4_010_000);
    emphasise(a.as_bytes(), b.as_bytes(), &mut Budget(10));
}

fn check(a: &[u8], b: &[u8]) -> Result<(), TestCaseError> {
    let marks = emphasise(a, b, &mut Budget::new());
    for (text, runs) in [a, b].into_iter().zip(&marks) {
        let mut at = 0;
        for run in runs {
            prop_assert_eq!(run.range.start, at);
            prop_assert!(run.range.end > at);
            at = run.range.end;
        }
        prop_assert_eq!(at, text.len());
    }
    // What is not marked is the same on both sides.
    let plain = |text: &[u8], runs: &[Emphasis]| -> Vec<u8> {
        runs.iter()
            .filter(|run| !run.differs)
            .flat_map(|run| text[run.range.clone()].to_vec())
            .collect()
    };
    prop_assert_eq!(plain(a, &marks[0]), plain(b, &marks[1]));
    if a == b {
        prop_assert!(marks.iter().flatten().all(|run| !run.differs));
    } else {
        prop_assert!(marks.iter().flatten().any(|run| run.differs));
    }
    Ok(())
}

proptest! {
    #[test]
    fn emphasis_tiles_any_two_values(
        a in proptest::collection::vec(prop_oneof![Just(b'%'), Just(b'/'), Just(b'2'), Just(b' '), any::<u8>()], 0..60),
        b in proptest::collection::vec(prop_oneof![Just(b'%'), Just(b'/'), Just(b'2'), Just(b' '), any::<u8>()], 0..60),
    ) {
        check(&a, &b)?;
        check(&a, &a)?;
    }

    #[test]
    fn emphasis_tiles_a_value_and_its_edit(
        text in "[a-c%/&=, é25]{0,40}", cut in 0usize..40, with in "[a-c%/é2]{0,4}",
    ) {
        let mut edited: Vec<char> = text.chars().collect();
        let at = cut.min(edited.len());
        edited.splice(at..(at + 2).min(edited.len()), with.chars());
        let edited: String = edited.into_iter().collect();
        check(text.as_bytes(), edited.as_bytes())?;
    }

    #[test]
    fn pointing_never_leaves_the_text(text in proptest::collection::vec(any::<u8>(), 0..20), at in 0usize..24) {
        let start = point_start(&text, at);
        prop_assert!(start <= at);
        prop_assert!(at - start <= 4);
    }
}
