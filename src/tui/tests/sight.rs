//! What meets the eye first, and that nothing is told twice or pushed out of sight.

use super::*;
use crate::engine::diagnose::{Finding, RowState, Severity};
use crate::engine::document::Source;
use crate::engine::scheme::{FieldKey, FieldKind, Rule};
use crate::tui::model;

/// The app over things that were given, each with its name.
fn given(inputs: &[(&str, &[u8])]) -> Driver {
    let inputs = inputs.iter().map(|(name, bytes)| Input {
        name: (*name).to_owned(),
        source: Source::File,
        bytes: bytes.to_vec().into(),
    });
    Driver::new(inputs.collect(), AppOptions::default())
}

/// A signed request as it is sent, with a line more in its head.
fn request(path: &str, line: &str) -> String {
    format!(
        "PUT {path} HTTP/1.1\nHost: b.s3.amazonaws.com\n{line}X-Amz-Date: 20260311T091544Z\n\
         X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
         SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature={}\n\n",
        "5".repeat(64)
    )
}

fn line_of(screen: &str, text: &str) -> usize {
    let found = screen.lines().position(|line| line.contains(text));
    found.unwrap_or_else(|| panic!("{text} is not on the screen\n{screen}"))
}

#[test]
fn a_warning_stands_above_the_next_step_while_nothing_is_proved() {
    let screen = plain(&Driver::sample("private-host").draw(80, 24));
    assert!(line_of(&screen, "! warning") < line_of(&screen, "Nearest next step"));
    let all = plain(&Driver::sample("private-host").draw(80, 60));
    let inventory = line_of(&all, "What I have");
    assert!(line_of(&all, "! warning") < inventory, "{all}");
    // One line for each piece.
    let rows: Vec<&str> = all.lines().skip(inventory + 1).take(6).collect();
    assert!(rows.iter().all(|row| row.starts_with("│ [")), "{rows:#?}");
}

/// Two sides whose canonical requests differ, without a hash that shows that they are as they were made.
#[test]
fn where_signer_and_server_part_stands_above_what_is_here_and_what_to_get() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let side = |side: &str, host: &str| {
        format!(
            "{side} canonical request:\nGET\n/k\n\nhost:{host}\nx-amz-date:20260311T091544Z\n\nhost;x-amz-date\n{hash}\n\n"
        )
    };
    let text = format!("{}{}", side("client", "a.test"), side("server", "b.test"));
    let screen = plain(&given(&[("paste", text.as_bytes())]).draw(80, 24));
    assert!(screen.contains("MISMATCH"), "{screen}");
    let parting = line_of(&screen, "Where they part");
    assert!(parting < line_of(&screen, "What I have"), "{screen}");
    // One side alone leaves the step first.
    let screen = plain(&given(&[("paste", side("server", "b.test").as_bytes())]).draw(80, 24));
    assert!(!screen.contains("Where they part"), "{screen}");
    line_of(&screen, "Nearest next step");
}

#[test]
fn no_title_stands_at_the_end_without_its_part() {
    let mut start = Driver::new(Vec::new(), AppOptions::default());
    for height in 8..40 {
        let screen = plain(&start.draw(80, height));
        let lines: Vec<&str> = screen.lines().collect();
        let last = lines[lines.len() - 3];
        assert!(!last.starts_with('├'), "{height}\n{screen}");
    }
    let screen = plain(&start.draw(80, 24));
    let rest = screen.lines().count() - line_of(&screen, "Nearest next step");
    // Its border, the footer, and two lines at least.
    assert!(rest >= 1 + 2 + 2, "{screen}");
}

#[test]
fn the_footer_has_the_key_that_the_verdict_names() {
    let text = samples::find("path-encoded-twice").unwrap().text;
    let mut driver = positions::opened_in(text, &positions::ring(SECRET), ThemeName::Dark);
    // Around what a person chose nothing is tried, so the rest is advised.
    driver.keys("o Down Down Down Down Right Esc");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("the options [o]"), "{screen}");
    assert!(
        screen.lines().last().unwrap().contains("o options"),
        "{screen}"
    );
}

#[test]
fn which_of_several_requests_it_is_shows_at_80_columns() {
    let both = format!("{}{}", request("/a", ""), request("/b", ""));
    let mut driver = given(&[("both.http", both.as_bytes())]);
    for keys in ["", "3", "6", "1"] {
        driver.keys(keys);
        let screen = plain(&driver.draw(80, 24));
        assert!(screen.contains("request 1 of 2"), "{screen}");
        let footer = screen.lines().last().unwrap();
        assert!(footer.contains("[ or ] other request"), "{screen}");
    }
    driver.keys("]");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("request 2 of 2"), "{screen}");
    assert!(
        screen
            .lines()
            .last()
            .unwrap()
            .contains("[ or ] other request")
    );
}

#[test]
fn what_the_verdict_says_is_not_said_again_below() {
    for (name, words) in [
        ("wrong-region", "The server wants the region"),
        ("expired-url", "The presigned URL expired"),
        ("header-unsigned", "The server received x-amz-acl"),
    ] {
        let mut driver = positions::opened_in(
            samples::find(name).unwrap().text,
            &positions::ring(SECRET),
            ThemeName::Dark,
        );
        let all = plain(&driver.draw(200, 60));
        assert_eq!(all.matches(words).count(), 1, "{name}\n{all}");
        // Its place is still one key away.
        driver.keys("v");
        assert!(!driver.app.source.pointed.is_empty(), "{name}");
    }
    let newline = samples::find("secret-newline").unwrap().text;
    let mut newline = positions::opened_in(newline, &positions::ring(SECRET), ThemeName::Dark);
    let all = plain(&newline.draw(200, 60));
    assert_eq!(all.matches("printf %s").count(), 1, "{all}");
    let mut wrong = positions::opened_in(
        samples::find("private-host").unwrap().text,
        &positions::ring("another secret of forty characters, or so"),
        ThemeName::Dark,
    );
    let all = plain(&wrong.draw(80, 60));
    assert!(!all.contains("does not reproduce"), "{all}");
    assert!(!all.contains("Proof: not a guess"), "{all}");
}

#[test]
fn other_ways_are_offered_to_a_right_request_that_was_refused_without_strings() {
    let refused = format!(
        "{}\nHTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>\n",
        samples::find("right-request").unwrap().text.trim_end()
    );
    let mut driver = positions::opened_in(&refused, &positions::ring(SECRET), ThemeName::Dark);
    let screen = plain(&driver.draw(80, 60));
    assert!(screen.contains("The signature is right"), "{screen}");
    driver.keys("w");
    assert!(driver.app.overlay.is_some(), "{screen}");
    // One that was not refused lacks nothing.
    let right = samples::find("right-request").unwrap().text;
    let mut driver = positions::opened_in(right, &positions::ring(SECRET), ThemeName::Dark);
    driver.keys("w");
    assert!(driver.app.overlay.is_none());
}

#[test]
fn a_search_that_finds_nothing_leaves_the_cursor_where_it_was() {
    for way in ["", "3", "3 a", "v"] {
        let mut driver = Driver::sample("host-changed").with_secret();
        driver.keys(way);
        driver.draw(80, 24);
        let stands = |driver: &Driver| {
            let stages = driver.app.stages.iter().map(|s| (s.cursor, s.line));
            (
                driver.app.answer.cursor,
                stages.collect::<Vec<_>>(),
                driver.app.source.pointed.clone(),
                driver.app.source.top,
            )
        };
        let before = stands(&driver);
        // The first letters stand somewhere else on every screen, all of them nowhere.
        driver.keys("/");
        driver.type_text("s");
        driver.draw(80, 24);
        driver.type_text("qqq");
        driver.draw(80, 24);
        assert_eq!(stands(&driver), before, "{way}");
        let told = driver.app.toast.as_ref().map(|toast| toast.text.clone());
        assert_eq!(told.as_deref(), Some("not found: sqqq"), "{way}");
    }
}

#[test]
fn a_long_path_leaves_line_and_byte_in_sight() {
    let name = format!("/home/somebody/{}/request.txt", "incidents/".repeat(12));
    let text = samples::find("host-changed").unwrap().text;
    let mut driver = given(&[(&name, text.as_bytes())]);
    driver.keys("3");
    let screen = plain(&driver.draw(80, 24));
    let origin = screen
        .lines()
        .nth(line_of(&screen, "Origin of") + 1)
        .unwrap();
    assert!(
        origin.contains("request.txt, line ") && origin.contains(", byte "),
        "{screen}"
    );
    driver.keys("v");
    let screen = plain(&driver.draw(80, 24));
    let title = screen.lines().nth(1).unwrap();
    assert!(
        title.contains("request.txt: ") && title.contains("every line ends in"),
        "{screen}"
    );
}

#[test]
fn an_error_alone_claims_nothing_and_tells_where_it_stands() {
    let error = "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>AWS4-HMAC-SHA256\n\
        20260311T091544Z\n20260311/us-east-1/s3/aws4_request\nx</StringToSign><CanonicalRequest>GET\n\
        /a&amp;b\n\nhost:b.s3.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>";
    let mut driver = given(&[("error.xml", error.as_bytes())]);
    driver.keys("2 Down");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("Canonical request ─"), "{screen}");
    assert!(!screen.contains("no field differs"), "{screen}");
    assert!(screen.contains("error.xml, line 5, byte "), "{screen}");
    let pointed = driver.app.pointed();
    let at: Vec<&str> = pointed
        .iter()
        .map(|s| error.get(s.range()).unwrap())
        .collect();
    assert_eq!(at, ["/a&amp;b"]);
}

#[test]
fn utf_16_is_shown_as_text_and_pointed_at_in_the_bytes_given() {
    let text = samples::find("host-changed").unwrap().text;
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let mut driver = given(&[("wide.txt", &wide)]);
    driver.keys("3 v");
    let screen = plain(&driver.draw(100, 30));
    assert!(screen.contains("of UTF-16"), "{screen}");
    assert!(screen.contains("nginx.local:8080"), "{screen}");
    assert!(!screen.contains('␀'), "{screen}");
    // What is pointed at is marked in the text.
    let styled = marked(&driver.draw(100, 30));
    assert!(styled.contains("underlined}nginx.local:8080"), "{styled}");
    let unit = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let at: Vec<&[u8]> = driver
        .app
        .pointed()
        .iter()
        .map(|s| &wide[s.range()])
        .collect();
    assert_eq!(at, [&unit("nginx.local:8080")[..]]);
    // A search finds the text, and points into the bytes.
    driver.keys("/");
    driver.type_text("SignatureProvided");
    let at: Vec<&[u8]> = driver
        .app
        .pointed()
        .iter()
        .map(|s| &wide[s.range()])
        .collect();
    assert_eq!(at, [&unit("SignatureProvided")[..]]);
}

#[test]
fn an_input_that_is_not_the_body_is_told_with_both_lengths() {
    let head = request("/a", "Content-Length: 20\n").replace("UNSIGNED-PAYLOAD", &"0".repeat(64));
    let mut driver = given(&[("head.http", head.as_bytes()), ("body.bin", b"hello there")]);
    let screen = plain(&driver.draw(120, 36));
    assert!(
        screen.contains(
            "11 bytes came in this input, and the request states a body of 20: it was not used."
        ),
        "{screen}"
    );
    driver.keys("i");
    let screen = plain(&driver.draw(120, 36));
    assert!(screen.contains("body.bin, 11 bytes"), "{screen}");
    // The one of the length stated is the body.
    let mut driver = given(&[("head.http", head.as_bytes()), ("body.bin", &[b'x'; 20])]);
    let screen = plain(&driver.draw(120, 36));
    assert!(!screen.contains("came in this input"), "{screen}");
}

#[test]
fn one_signature_on_two_requests_tells_every_part_that_was_changed() {
    let sent = request("/a%20b", "Content-Type: text/plain\n");
    let seen = request(
        "/a%20b",
        "Content-Type: text/plain;charset=utf-8\nVia: 1.1 proxy\n",
    );
    let told = |second: &str| {
        let text = format!("{sent}{second}");
        let mut driver = given(&[("both.http", text.as_bytes())]);
        let said = |driver: &Driver, at: usize| {
            let work = driver.app.work.clone().unwrap();
            assert_eq!(work.analysis.request, Some(at));
            let findings = work.analysis.diagnosis.findings.iter();
            let mut found = findings.filter(|f| f.id == "request-seen-twice");
            let finding = found.next().cloned();
            finding.map(|finding| {
                let labels = finding.labels.iter();
                let places: Vec<String> = labels
                    .map(|l| text.get(l.span.range()).unwrap().to_owned())
                    .collect();
                (finding.message, places)
            })
        };
        // The earlier one is told first, whichever is looked at.
        let first = said(&driver, 0);
        driver.keys("]");
        assert_eq!(said(&driver, 1), first);
        first
    };
    let (message, places) = told(&seen).unwrap();
    assert!(
        message.contains("Requests 1 and 2") && message.contains("the content-type header:"),
        "{message}"
    );
    assert_eq!(places, ["text/plain", "text/plain;charset=utf-8"]);
    let (message, places) = told(&request("/a%20c", "")).unwrap();
    assert!(
        message.contains("the path, content-type header:"),
        "{message}"
    );
    assert_eq!(places, ["/a%20b", "/a%20c", "text/plain", "/a%20c"]);
    let (message, places) = told(&request("/a%20b", "")).unwrap();
    assert!(message.contains("in the content-type header:"), "{message}");
    assert_eq!(places, ["text/plain", "/a%20b"]);
    let (message, places) =
        told(&request("/a%20b?x=1&y=%7e", "Content-Type: text/plain\n")).unwrap();
    assert!(
        message.contains("in the query parameter x, query parameter y:"),
        "{message}"
    );
    assert_eq!(places, ["/a%20b", "1", "/a%20b", "%7e"]);
    // Two spellings of one canonical form are one request.
    let same = request("/a b", "Content-Type:  text/plain \n");
    for same in [
        same.clone(),
        same.replace("b.s3.amazonaws.com", "B.S3.amazonaws.com:443"),
        request("/%61%20b", "Content-Type: text/plain\n"),
    ] {
        assert!(told(&same).unwrap().0.contains("no signed part"), "{same}");
    }
    // The signature of this request in a header of another is not that one's own.
    let other = seen.replace("5555", "6666");
    let referer = format!(
        "Referer: https://a/?X-Amz-Signature={}\nVia:",
        "5".repeat(64)
    );
    assert_eq!(told(&other.replace("Via:", &referer)), None);
    // What is not signed is no difference of what is.
    let via = request("/a%20b", "Content-Type: text/plain\nVia: 1.1 proxy\n");
    assert!(told(&via).unwrap().0.contains("no signed part"));
    assert_eq!(told(&other), None);
}

#[test]
fn findings_beyond_those_shown_are_counted_without_those_told_above() {
    let text = request("/a", "Content-Type: text/plain\n");
    let mut driver = given(&[("a.http", text.as_bytes())]);
    let mut work = (*driver.app.work.clone().unwrap()).clone();
    let findings = &mut work.analysis.diagnosis.findings;
    findings.clear();
    let finding = |number: usize, severity: Severity| {
        Finding::new("f", severity, format!("Finding {number}."), "")
    };
    findings.extend((0..3).map(|n| finding(n, Severity::Warning)));
    findings.extend((3..3 + 205).map(|n| finding(n, Severity::Note)));
    work.analysis.diagnosis.verdict.quotes.clear();
    assert_eq!(model::urgent(&work).len(), 3);
    driver.app.work = Some(Arc::new(work));
    let screen = plain(&driver.draw(120, 400));
    assert!(
        screen.contains("  and 5 more: sigscope check lists them all"),
        "{screen}"
    );
}

#[test]
fn of_three_sides_the_one_that_differs_is_marked() {
    let key = FieldKey::of(FieldKind::METHOD);
    let of_most = |values: [&'static str; 3]| {
        let view = model::RowView {
            key: &key,
            values: values.iter().map(|v| Some(v.as_bytes())).collect(),
            emphasis: &[],
            state: RowState::Differs,
            first: None,
            rule: Rule {
                text: "",
                reference: "",
            },
            raw: false,
        };
        [0, 1, 2].map(|side| view.is_of_most(side))
    };
    assert_eq!(of_most(["GET", "HEAD", "GET"]), [true, false, true]);
    assert_eq!(of_most(["HEAD", "GET", "PUT"]), [false, false, false]);
    assert_eq!(of_most(["GET", "GET", "GET"]), [false, false, false]);
}

#[test]
fn the_source_opens_at_the_answer_where_nothing_else_is_pointed_at() {
    let mut text = "prose\n".repeat(60);
    text.push_str(
        "An error occurred (SignatureDoesNotMatch) when calling the GetObject operation: no\n",
    );
    let mut driver = given(&[("a.log", text.as_bytes())]);
    driver.keys("v");
    let shown = plain(&driver.draw(80, 24));
    assert!(shown.contains("An error occurred"), "{shown}");
}

#[test]
fn a_field_without_a_rule_has_no_empty_box() {
    let text = "<StringToSign>words of a scheme of their own</StringToSign>\n";
    let mut driver = given(&[("a.xml", text.as_bytes())]);
    driver.keys("2");
    let shown = plain(&driver.draw(80, 24));
    assert!(shown.contains("words of a scheme"), "{shown}");
    assert!(!shown.contains(" Why "), "{shown}");
}

/// The status beside the verifier is that of the answer to this request.
#[test]
fn the_status_of_another_request_is_not_told_as_this_one_s() {
    let first = format!(
        "{}HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        request("/a", "")
    );
    let text = format!("{first}{}", samples::find("host-changed").unwrap().text);
    let mut driver = positions::opened_in(&text, &positions::ring(SECRET), ThemeName::Dark);
    let screen = plain(&driver.draw(120, 36));
    assert!(screen.contains("request 2 of 2"), "{screen}");
    let line = screen
        .lines()
        .find(|line| line.contains("nginx.local:8080 ─"))
        .unwrap_or_else(|| panic!("{screen}"));
    assert!(line.contains("403") && !line.contains("200"), "{line}");
}

/// On a tall screen what to do about each finding is in sight, and Enter folds one.
#[test]
fn a_tall_screen_opens_what_it_has_room_for() {
    let text = samples::find("header-unsigned").unwrap().text;
    let mut driver = positions::opened_in(text, &positions::ring(SECRET), ThemeName::Dark);
    let small = plain(&driver.draw(120, 29));
    assert!(!small.contains("Canonical request, computed"), "{small}");
    let tall = plain(&driver.draw(120, 60));
    assert!(tall.contains("Canonical request, computed"), "{tall}");
    let helps = tall.matches("help: ").count();
    driver.keys("End");
    let footer = plain(&driver.draw(120, 60));
    assert!(footer.lines().last().unwrap().contains("fold"), "{footer}");
    driver.keys("Enter");
    let folded = plain(&driver.draw(120, 60));
    assert_eq!(folded.matches("help: ").count() + 1, helps, "{folded}");
}

/// What was hidden is put in first: the cursor stands on that step, and Enter leads to where it is pasted.
#[test]
fn enter_on_a_step_without_lines_adds() {
    let text = request("/a", "").replace("Host: b.s3", "Host: [REDACTED].s3");
    let mut driver = given(&[("a.http", text.as_bytes())]);
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("is hidden in this paste: host"), "{screen}");
    assert!(screen.contains("[Enter] add"), "{screen}");
    driver.keys("Enter");
    let screen = plain(&driver.draw(80, 24));
    assert!(
        screen.contains("paste now: it adds to the case"),
        "{screen}"
    );
}
