//! What is asked for next.

use super::tiny::{REQUEST, SECRET, Said, case, signed};
use super::{Client, Req, Server, WRONG, build, diagnosis};

fn parties(agent: &str, head: &'static str, secrets: &[&str]) -> Vec<&'static str> {
    let request = signed(&format!("{REQUEST}user-agent: {agent}\n"), WRONG);
    let said = Said {
        head,
        ..Said::terse("SignatureDoesNotMatch")
    };
    let steps = diagnosis(&case(&[request], &[said]), secrets).next_steps;
    steps.iter().map(|step| step.party).collect()
}

#[test]
fn the_client_at_hand_comes_first_and_then_what_goes_with_any() {
    let first = |agent: &str, secrets: &[&str]| parties(agent, "", secrets).first().copied();
    assert_eq!(
        parties("tiny-client/2.20", "", &[]).get(..2),
        Some(&["sigscope", "tiny client"][..])
    );
    assert_eq!(first("tiny-client/2.20", &[SECRET]), Some("tiny client"));
    assert_eq!(first("curl/8.5", &[SECRET]), Some("curl"));
    assert_eq!(first("something/1", &[SECRET]), Some("curl"));
}

#[test]
fn clients_of_another_scheme_are_not_asked() {
    let all = parties("something/1", "", &[SECRET]);
    assert!(all.contains(&"curl") && all.contains(&"browser"), "{all:?}");
    for party in all {
        assert!(!party.contains("AWS") && party != "boto3", "{party}");
    }
}

#[test]
fn of_a_server_that_never_gives_its_strings_what_arrived_is_asked_for() {
    let head = "HTTP/1.1 403 Forbidden\r\nServer: Mute\r\n";
    let arrived = ["nginx", "HAProxy", "Envoy", "a listener"];
    assert_eq!(parties("tiny-client/2", head, &[SECRET]), arrived);
    let all = parties("tiny-client/2", head, &[]);
    assert_eq!(all.first(), Some(&"sigscope"));
    assert_eq!(all.get(1..), Some(&arrived[..]));
}

#[test]
fn where_the_strings_agree_the_secret_is_the_next_step() {
    let steps = diagnosis(&build(Req::Wrong, Server::Same, Client::None), &[]).next_steps;
    assert_eq!(steps.len(), 1);
    assert_eq!(steps[0].party, "sigscope");
    let steps = diagnosis(&build(Req::Wrong, Server::OtherHost, Client::None), &[]).next_steps;
    assert!(steps.is_empty());
}
