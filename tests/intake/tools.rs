//! What tools hold of a request, exactly: what each says, adds, hides and leaves out.

use sigscope::engine::document::Span;
use sigscope::engine::intake::Part;

use super::*;

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=2fd1570a90a6b1a4f1e3a4c5d3b8f0e1c2d3e4f5061728394a5b6c7d8e9f0a1b";
const HOST: &str = "examplebucket.s3.eu-west-1.amazonaws.com";
const PASSWORD: &str = "pLaNt3dPassWord0123456789";
const KEY: &str = "pLaNt3d/SeCrEt+kEy/0f/tHe/LeAkAgE+tEsT01";

fn target(case: &Case, request: usize) -> String {
    text(case, case.requests[request].target.whole)
}

fn pasted(case: &Case, span: Span) -> String {
    text(case, case.docs.to_given(span))
}

/// Every place of `word` in what was pasted is masked.
#[track_caller]
fn masked(case: &Case, word: &str) {
    let (doc, given) = case.docs.given().next().unwrap();
    let places: Vec<usize> = memchr::memmem::find_iter(given.bytes(), word).collect();
    assert!(!places.is_empty(), "{word} is not there");
    for at in places {
        let place = Span::new(doc, at, at + word.len());
        let hidden = given.masks().iter().any(|(mask, _)| mask.contains(place));
        assert!(hidden, "{word} at {at} stands in the open");
    }
}

fn entry(headers: &str, rest: &str, answer: &str) -> String {
    format!(
        "{{\"startedDateTime\": \"2026-04-02T14:03:10.000Z\", \"request\": {{\"method\": \"PUT\", \"url\": \"https://{HOST}/a%20b.txt\", \"httpVersion\": \"h2\", \"headers\": [{headers}], \"queryString\": [], \"cookies\": [{{\"name\": \"sid\", \"value\": \"{PASSWORD}\"}}]{rest}}}, \"response\": {answer}, \"time\": 3}}"
    )
}

fn har(entries: &[String]) -> String {
    format!(
        "{{\"log\": {{\"version\": \"1.2\", \"pages\": [], \"entries\": [{}]}}}}",
        entries.join(",\n")
    )
}

const PLAIN: &str = "{\"status\": 200, \"headers\": [], \"content\": {\"text\": \"ok\"}}";

fn signed_headers() -> String {
    format!(
        "{{\"name\": \":authority\", \"value\": \"{HOST}\"}}, {{\"name\": \":method\", \"value\": \"PUT\"}}, {{\"name\": \"authorization\", \"value\": \"{SIGNED}\"}}, {{\"name\": \"x-amz-date\", \"value\": \"20260402T140310Z\"}}, {{\"name\": \"x-amz-meta-say\", \"value\": \"say \\\"a\\u00e9\\\"\"}}, {{\"name\": \"cookie\", \"value\": \"sid={PASSWORD}\"}}"
    )
}

#[test]
fn a_har_yields_the_signed_entry_with_its_answer_and_counts_the_others() {
    let refused = "{\"status\": 403, \"headers\": [{\"name\": \"Date\", \"value\": \"Thu, 02 Apr 2026 14:03:11 GMT\"}], \"cookies\": [], \"content\": {\"mimeType\": \"application/xml\", \"text\": \"<?xml version=\\\"1.0\\\"?>\\n<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>\"}}";
    let other = entry("{\"name\": \"accept\", \"value\": \"*/*\"}", "", PLAIN);
    let data = ", \"postData\": {\"mimeType\": \"text/plain\", \"text\": \"one\\n\\\"two\\\"\"}";
    let whole = har(&[
        other.clone(),
        entry(&signed_headers(), data, refused),
        other,
    ]);
    let case = one(whole.as_bytes());
    assert_eq!(case.requests[0].shape.0, "har");
    assert_eq!(
        headers(&case, 0),
        [
            format!("(host)|{HOST}"),
            format!("authorization|{SIGNED}"),
            "x-amz-date|20260402T140310Z".to_owned(),
            "x-amz-meta-say|say \"aé\"".to_owned(),
            format!("cookie|sid={PASSWORD}"),
        ]
    );
    assert_eq!(body(&case, 0), Some(("one\n\"two\"".into(), false)));
    let say = case.requests[0].headers[3].value;
    assert_eq!(pasted(&case, say), "say \\\"a\\u00e9\\\"");
    let [evidence] = case.evidence.as_slice() else {
        panic!("{:#?}", case.evidence)
    };
    let answer = evidence.answer.as_ref().unwrap();
    assert_eq!(answer.status, Some(403));
    assert_eq!(text(&case, answer.code.unwrap()), "SignatureDoesNotMatch");
    assert_eq!(
        answer.clock.unwrap().0.to_rfc3339(),
        "2026-04-02T14:03:11+00:00"
    );
    assert_eq!(ids(&case), ["har-entries"]);
    assert!(
        case.findings[0].message.starts_with("2 entries"),
        "{:?}",
        case.findings[0]
    );
    masked(&case, PASSWORD);
}

#[test]
fn an_answer_in_base64_is_read_and_leads_back() {
    let refused = "{\"status\": 403, \"headers\": [], \"content\": {\"encoding\": \"base64\", \"text\": \"PEVycm9yPjxDb2RlPlNpZ25hdHVyZURvZXNOb3RNYXRjaDwvQ29kZT48L0Vycm9yPg==\"}}";
    let case = one(har(&[entry(&signed_headers(), "", refused)]).as_bytes());
    let code = case.evidence[0].answer.as_ref().unwrap().code.unwrap();
    assert_eq!(text(&case, code), "SignatureDoesNotMatch");
    assert!(case.docs.peels(code).contains(&Peel::Base64));
    let base64 = pasted(&case, code);
    assert!(
        "PEVycm9yPjxDb2RlPlNpZ25hdHVyZURvZXNOb3RNYXRjaDwv".contains(&base64),
        "{base64}"
    );
}

#[test]
fn a_har_without_signatures_says_so_and_one_that_lost_them_too() {
    let other = entry("{\"name\": \"accept\", \"value\": \"*/*\"}", "", PLAIN);
    let case = read(har(&[other.clone(), other]).as_bytes());
    assert!(case.requests.is_empty());
    assert!(ids(&case).contains(&"har-entries"));
    masked(&case, PASSWORD);
    let date = "{\"name\": \"x-amz-date\", \"value\": \"20260402T140310Z\"}";
    let case = one(har(&[entry(date, "", PLAIN)]).as_bytes());
    assert!(ids(&case).contains(&"har-sanitised"));
}

#[test]
fn very_many_entries_are_read_once() {
    let script = "x".repeat(5_000);
    let other = entry(
        "{\"name\": \"accept\", \"value\": \"*/*\"}",
        "",
        &format!("{{\"status\": 200, \"headers\": [], \"content\": {{\"text\": \"{script}\"}}}}"),
    );
    let mut entries = vec![other; 400];
    entries.push(entry(&signed_headers(), "", PLAIN));
    let started = std::time::Instant::now();
    let case = one(har(&entries).as_bytes());
    assert!(started.elapsed() < std::time::Duration::from_secs(3));
    assert!(
        case.findings
            .iter()
            .any(|f| f.message.starts_with("400 entries"))
    );
}

#[test]
fn httpie_makes_json_forms_and_queries_of_its_items() {
    let command = |items: &str| {
        one(format!("http PUT https://{HOST}/p {items} X-Amz-Date:20260402T140310Z").as_bytes())
    };
    let case = command("a=b n:=5 'say=é \"x\"' q==v\\ w 'X-Empty;' Accept:");
    assert_eq!(target(&case, 0), format!("https://{HOST}/p?q=v+w"));
    assert_eq!(
        body(&case, 0),
        Some((r#"{"a": "b", "n": 5, "say": "\u00e9 \"x\""}"#.into(), false))
    );
    assert_eq!(
        headers(&case, 0),
        [
            &format!("(host)|{HOST}"),
            "X-Empty|",
            "X-Amz-Date|20260402T140310Z",
            "(content-type)|application/json",
            "(accept)|application/json, */*;q=0.5"
        ]
    );
    let case = command("-f 'a=b c~*' d=é");
    assert_eq!(body(&case, 0), Some(("a=b+c~%2A&d=%C3%A9".into(), false)));
    for file in ["a@file.bin", "a=@file.txt", "a:=@x.json"] {
        let case = command(file);
        assert_eq!(body(&case, 0), None, "{file}");
        assert!(ids(&case).contains(&"body-in-file"), "{file}");
    }
    let case = command(&format!("-a me:{PASSWORD}"));
    masked(&case, PASSWORD);
    let case = command(&format!("-A aws4 -a AKIAPLANTEDKEYID0001:{KEY}"));
    assert!(ids(&case).contains(&"program-signs"));
    masked(&case, KEY);
    let text = format!("echo '{{}}' | http POST {HOST}/p X-Amz-Date:1\n");
    assert_eq!(body(&one(text.as_bytes()), 0), None);
}

#[test]
fn what_httpie_adds_is_there_where_it_is_signed() {
    let signed = SIGNED.replace("host;", "accept;content-length;host;");
    let text = format!("http PUT {HOST}/p 'Authorization:{signed}' X-Amz-Date:1 a=b");
    let case = one(text.as_bytes());
    let got = headers(&case, 0);
    assert!(got.contains(&"(content-length)|10".to_owned()), "{got:?}");
    let length = case.requests[0].headers.last().unwrap().value;
    assert!(case.docs.peels(length).contains(&Peel::ProgramDefault));
}

#[test]
fn wget_sends_the_last_of_two_headers_and_its_body() {
    let text = format!(
        "wget -qO- --method=PUT --header='X-Amz-Date: 1' --header 'x-amz-date: 2' --body-data='a b' --password={PASSWORD} https://{HOST}/x/../p"
    );
    let case = one(text.as_bytes());
    assert_eq!(target(&case, 0), format!("https://{HOST}/p"));
    assert!(ids(&case).contains(&"url-tidied"));
    assert_eq!(
        headers(&case, 0),
        [
            &format!("(host)|{HOST}"),
            "x-amz-date| 2",
            "(content-type)|application/x-www-form-urlencoded"
        ]
    );
    assert_eq!(body(&case, 0), Some(("a b".into(), false)));
    masked(&case, PASSWORD);
    let text = format!("wget --header 'X-Amz-Date: 1' --post-file=x.bin {HOST}/p");
    let case = one(text.as_bytes());
    assert_eq!((method(&case).as_str(), body(&case, 0)), ("POST", None));
    assert!(ids(&case).contains(&"body-in-file"));
}

#[test]
fn names_in_code_are_followed_and_those_that_lead_nowhere_are_said() {
    let code = format!(
        "const host = '{HOST}';\nlet date = getDate();\nawait fetch(`https://${{host}}/p?x=${{x}}`, {{\n  method: 'POST',\n  headers: {{ 'X-Amz-Date': date, authorization: \"{SIGNED}\" }},\n  body: JSON.stringify({{ a: [1, true], 'b c': \"d\" }}),\n}})"
    );
    let case = one(code.as_bytes());
    assert_eq!(target(&case, 0), format!("https://{HOST}/p?x=${{x}}"));
    assert_eq!(
        body(&case, 0),
        Some((r#"{"a":[1,true],"b c":"d"}"#.into(), false))
    );
    assert!(
        headers(&case, 0).contains(&"(content-type)|text/plain;charset=UTF-8".to_owned()),
        "{:?}",
        headers(&case, 0)
    );
    assert!(ids(&case).contains(&"value-not-here"));
    assert!(case.holds_unknown(&case.requests[0]));
    let finding = case
        .findings
        .iter()
        .find(|f| f.id == "value-not-here")
        .unwrap();
    assert!(finding.message.contains("${x}"), "{}", finding.message);
}

#[test]
fn python_takes_json_forms_and_parameters_apart() {
    let call = |arguments: &str| {
        let code = format!(
            "headers = {{'X-Amz-Date': '1', 'Authorization': '{SIGNED}'}}\nr = requests.post(\n    'https://{HOST}/p', headers=headers, {arguments})\n"
        );
        one(code.as_bytes())
    };
    let case = call("json={'a': [1, True, None, 'é']}");
    assert_eq!(
        body(&case, 0),
        Some((r#"{"a": [1, true, null, "\u00e9"]}"#.into(), false))
    );
    let case = call("data={'a': 'b c~*'}, params={'x y': '/'}");
    assert_eq!(body(&case, 0), Some(("a=b+c~%2A".into(), false)));
    assert_eq!(target(&case, 0), format!("https://{HOST}/p?x+y=%2F"));
    let case = call("data=open('x', 'rb')");
    assert_eq!(body(&case, 0), None);
    assert!(ids(&case).contains(&"body-in-file"));
    let case = call(&format!(
        "auth=('me', '{PASSWORD}'), cookies={{'sid': '{PASSWORD}'}}"
    ));
    masked(&case, PASSWORD);
    let case = call(&format!(
        "auth=AWS4Auth('AKIAPLANTEDKEYID0001', '{KEY}', 'x', 's3')"
    ));
    assert!(ids(&case).contains(&"program-signs"));
    masked(&case, KEY);
    let case = call("timeout=os.environ['X'], verify=False");
    assert!(!ids(&case).contains(&"snippet-cut"), "{:?}", case.findings);
    let code = format!("# requests.get('https://{HOST}/', headers={{'x-amz-date': '1'}})\n");
    assert!(read(code.as_bytes()).requests.is_empty());
}

#[test]
fn powershell_is_read_as_chromium_copies_it() {
    let command = format!(
        "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.Cookies.Add((New-Object System.Net.Cookie(\"sid\", \"{PASSWORD}\", \"/\", \"h\")))\nInvoke-WebRequest -UseBasicParsing -Uri \"https://{HOST}/p\" `\n-Method \"PUT\" `\n-WebSession $session `\n-Headers @{{\n\"authority\"=\"{HOST}\"\n\"method\"=\"PUT\"\n  \"path\"=\"/p\"\n  \"authorization\"=\"{SIGNED}\"\n  \"x-amz-date\"=\"1\"\n  \"sec-ch-ua\"=\"`\"C`\";v=`\"1`\"\"\n}} `\n-ContentType \"text/plain\" `\n-Body \"a`nb\"\n"
    );
    let case = one(command.as_bytes());
    assert_eq!(method(&case), "PUT");
    assert_eq!(
        headers(&case, 0),
        [
            format!("host|{HOST}"),
            format!("authorization|{SIGNED}"),
            "x-amz-date|1".to_owned(),
            "sec-ch-ua|\"C\";v=\"1\"".to_owned(),
            "content-type|text/plain".to_owned(),
        ]
    );
    assert_eq!(body(&case, 0), Some(("a\nb".into(), false)));
    masked(&case, PASSWORD);
}

#[test]
fn what_api_clients_sign_with_is_kept_and_hidden() {
    let id = "AKIAPLANTEDKEYID0001";
    let postman = format!(
        "{{\"request\": {{\"auth\": {{\"type\": \"awsv4\", \"awsv4\": [{{\"key\": \"secretKey\", \"value\": \"{KEY}\", \"type\": \"string\"}}, {{\"key\": \"accessKey\", \"value\": \"{id}\"}}]}}, \"method\": \"PUT\", \"header\": [], \"url\": {{\"raw\": \"{{{{base}}}}/p\"}}}}}}"
    );
    let insomnia = format!(
        "[{{\"_id\": \"req_1\", \"url\": \"{{{{ _.base }}}}/p\", \"method\": \"PUT\", \"body\": {{}}, \"headers\": [], \"authentication\": {{\"type\": \"iam\", \"accessKeyId\": \"{id}\", \"secretAccessKey\": \"{KEY}\"}}}}]"
    );
    let yaml = format!(
        "collection:\n  - url: \"{{{{ _.base }}}}/p\"\n    method: PUT\n    authentication:\n      type: iam\n      accessKeyId: {id}\n      secretAccessKey: {KEY}\n"
    );
    let bruno = format!(
        "put {{\n  url: {{{{base}}}}/p\n  body: none\n  auth: awsv4\n}}\n\nauth:awsv4 {{\n  accessKeyId: {id}\n  secretAccessKey: {KEY}\n  sessionToken: \n}}\n"
    );
    for given in [postman, insomnia, yaml, bruno] {
        let case = one(given.as_bytes());
        assert_eq!(case.secrets.len(), 1, "{given}");
        assert_eq!(text(&case, case.secrets[0].value), KEY);
        assert_eq!(text(&case, case.secrets[0].key_id.unwrap()), id);
        let parts = case
            .pieces
            .iter()
            .filter(|p| matches!(p.part, Part::Secret(_)));
        assert_eq!(parts.count(), 1, "{given}");
        assert!(ids(&case).contains(&"program-signs"), "{given}");
        assert!(ids(&case).contains(&"value-not-here"), "{given}");
        assert!(case.holds_unknown(&case.requests[0]), "{given}");
        masked(&case, KEY);
    }
}

#[test]
fn variables_that_a_file_gives_are_filled_in() {
    let signed = format!("{{\"key\": \"Authorization\", \"value\": \"{SIGNED}\"}}");
    let request = |url: &str| {
        format!("\"request\": {{\"method\": \"PUT\", \"url\": {url}, \"header\": [{signed}]}}")
    };
    let variable = |key: &str, value: &str| {
        format!("{{\"key\": \"{key}\", \"value\": {value}, \"type\": \"string\"}}")
    };
    // The innermost folder counts, of two in one list the last; what is switched off does not, and the variables of a
    // path are no others.
    let raw = |path: &str| {
        format!(
            "{{\"raw\": \"https://{{{{host}}}}/{path}\", \"variable\": [{}]}}",
            variable("dir", "\"no\"")
        )
    };
    let host = variable("host", "\"{{ bucket }}.s3.{{region}}.amazonaws.com\"");
    let off = "{\"key\": \"region\", \"value\": \"us-east-1\", \"disabled\": true}";
    let others = [variable("region", "\"eu-west-1\""), variable("n", "7")].join(", ");
    let collection = format!(
        "{{\"info\": {{\"name\": \"a \\\"{{b\"}}, \"item\": [{{\"name\": \"folder\", \"item\": [{{{}}}], \"variable\": [{}]}}, {{{}}}], \"variable\": [{host}, {}, {}, {}, {off}]}}",
        request(&raw("{{dir}}")),
        variable("bucket", "\"inner\""),
        request(&raw("{{n}}")),
        variable("bucket", "\"first\""),
        variable("bucket", "\"examplebucket\""),
        others,
    );
    let case = read(collection.as_bytes());
    assert_eq!(case.requests.len(), 2);
    assert_eq!(
        target(&case, 0),
        "https://inner.s3.eu-west-1.amazonaws.com/{{dir}}"
    );
    assert_eq!(target(&case, 1), format!("https://{HOST}/7"));
    assert!(case.holds_unknown(&case.requests[0]));
    assert!(!case.holds_unknown(&case.requests[1]));
    assert_eq!(
        pasted(&case, case.requests[1].target.authority.unwrap()),
        "{{host}}"
    );

    let signed = format!("{{\"name\": \"Authorization\", \"value\": \"{SIGNED}\"}}");
    let insomnia = |other: &str| {
        format!(
            "{{\"resources\": [{{\"_id\": \"req_1\", \"url\": \"{{{{ _.base.url }}}}/{{{{ n }}}}\", \"method\": \"PUT\", \"body\": {{}}, \"headers\": [{signed}]}}, {{\"_id\": \"env_1\", \"name\": \"Base\", \"data\": {{\"base\": {{\"url\": \"https://{{{{ _.host }}}}\"}}, \"host\": \"{HOST}\", \"n\": 7}}, \"_type\": \"environment\"}}{other}]}}"
        )
    };
    let yaml = |other: &str| {
        format!(
            "collection:\n  - url: \"{{{{ _.base.url }}}}/{{{{ n }}}}\"\n    method: PUT\n    headers:\n      - name: Authorization\n        value: {SIGNED}\nenvironments:\n  name: Base\n  data:\n    base:\n      url: https://{{{{ _.host }}}}\n    host: {HOST}\n    n: 7\n{other}"
        )
    };
    for given in [insomnia(""), yaml("")] {
        let case = one(given.as_bytes());
        assert_eq!(target(&case, 0), format!("https://{HOST}/7"), "{given}");
        assert!(!case.holds_unknown(&case.requests[0]), "{given}");
    }
    // Of two environments nothing says which was in force.
    let resource =
        ", {\"_id\": \"env_2\", \"parentId\": \"env_1\", \"data\": {\"host\": \"other\"}}";
    let field = "  subEnvironments:\n    - name: other\n      data:\n        host: other\n";
    for given in [insomnia(resource), yaml(field)] {
        let case = one(given.as_bytes());
        assert_eq!(target(&case, 0), "{{ _.base.url }}/7", "{given}");
        assert!(case.holds_unknown(&case.requests[0]), "{given}");
    }
}

#[test]
fn a_variable_that_is_made_of_itself_is_not_known() {
    let file = format!(
        "@a = x{{{{b}}}}\n@b = {{{{a}}}}\n@c = {{{{d}}}}\n@d = 1\n\nPUT https://{HOST}/{{{{a}}}}/{{{{c}}}}{{{{c}}}}\nAuthorization: {SIGNED}\n"
    );
    let case = one(file.as_bytes());
    assert_eq!(target(&case, 0), format!("https://{HOST}/{{{{a}}}}/11"));
    assert!(case.holds_unknown(&case.requests[0]));
}

#[test]
fn passwords_of_api_clients_are_hidden() {
    let header = "\"x-amz-date\"";
    for given in [
        format!(
            "{{\"request\": {{\"auth\": {{\"type\": \"basic\", \"basic\": [{{\"key\": \"password\", \"value\": \"{PASSWORD}\"}}]}}, \"method\": \"GET\", \"header\": [{{\"key\": {header}, \"value\": \"1\"}}], \"url\": \"https://h.example.com/\"}}}}"
        ),
        format!(
            "{{\"_id\": \"req_1\", \"url\": \"https://h.example.com/\", \"headers\": [{{\"name\": {header}, \"value\": \"1\"}}], \"authentication\": {{\"type\": \"basic\", \"password\": \"{PASSWORD}\"}}}}"
        ),
        format!(
            "get {{\n  url: https://h.example.com/\n}}\n\nheaders {{\n  x-amz-date: 1\n}}\n\nauth:basic {{\n  username: me\n  password: {PASSWORD}\n}}\n"
        ),
    ] {
        masked(&one(given.as_bytes()), PASSWORD);
    }
}

#[test]
fn a_file_of_requests_yields_each_with_its_variables() {
    let file = format!(
        "@host = {HOST}\n@base = https://{{{{host}}}}\n\n### first\n# @name first\nPUT {{{{base}}}}/a%20b.txt HTTP/1.1\nX-Amz-Date: {{{{date}}}}\n// not sent\nAuthorization: {SIGNED}\n\n< ./body.json\n\n###\n{{{{base}}}}/b.txt\n    ?X-Amz-Date=1\n    &y=2\n\n> {{%\n client.log(1)\n%}}\n\n### last\nPOST {{{{base}}}}/c\nX-Amz-Date: 3\n\n{{\"a\": 1}}\n\n"
    );
    let case = read(file.as_bytes());
    let targets: Vec<String> = (0..case.requests.len())
        .map(|at| target(&case, at))
        .collect();
    assert_eq!(
        targets,
        [
            format!("https://{HOST}/a%20b.txt"),
            format!("https://{HOST}/b.txt?X-Amz-Date=1&y=2"),
            format!("https://{HOST}/c"),
        ]
    );
    assert_eq!(
        headers(&case, 0),
        [
            &format!("(host)|{HOST}"),
            "X-Amz-Date| {{date}}",
            &format!("Authorization| {SIGNED}")
        ]
    );
    assert_eq!(body(&case, 0), None);
    assert_eq!(body(&case, 2).unwrap().0, "{\"a\": 1}");
    let found = ids(&case);
    assert!(
        found.contains(&"body-in-file") && found.contains(&"value-not-here"),
        "{found:?}"
    );
    assert!(
        case.requests
            .iter()
            .all(|request| request.shape.0 == "http-file")
    );
    assert_eq!(
        pasted(&case, case.requests[0].target.authority.unwrap()),
        "{{base}}"
    );
    let unknown: Vec<bool> = case
        .requests
        .iter()
        .map(|r| case.holds_unknown(r))
        .collect();
    assert_eq!(unknown, [true, false, false]);
}

#[test]
fn headers_of_code_are_sent_in_latin_1() {
    let code = format!("fetch('https://{HOST}/p', {{headers: {{'x-amz-meta-city': 'Köln'}}}})");
    let case = one(code.as_bytes());
    let city = case.requests[0].headers.last().unwrap().value;
    assert_eq!(case.docs.bytes(city), b"K\xF6ln");
    assert_eq!(pasted(&case, city.part(1..2)), "ö");
    let command = format!("http {HOST}/p x-amz-meta-city:Köln");
    let case = one(command.as_bytes());
    let city = case.requests[0].headers.last().unwrap().value;
    assert_eq!(case.docs.bytes(city), "Köln".as_bytes());
}

#[test]
fn a_url_is_told_where_a_program_rewrites_it() {
    for (call, sent) in [
        (
            "fetch('https://H.example.com:443/a b/../c{d}?q=\\'x y\\'&amz=|')",
            "https://h.example.com/c%7Bd%7D?q=%27x%20y%27&amz=|",
        ),
        (
            "requests.get('https://h.example.com/a b/./%7ec%2f[x]?amz=[1]|ü')",
            "https://h.example.com/a%20b/~c%2F%5Bx%5D?amz=%5B1%5D%7C%C3%BC",
        ),
        (
            "requests.get('https://h.example.com/100%/x?amz')",
            "https://h.example.com/100%25/x?amz",
        ),
        (
            "wget 'https://h.example.com/a/../b c%zz?amz=[|]'",
            "https://h.example.com/b%20c%25zz?amz=[%7C]",
        ),
    ] {
        let case = one(call.as_bytes());
        assert_eq!(target(&case, 0), sent, "{call}");
        assert!(ids(&case).contains(&"url-tidied"), "{call}");
        let path = case.requests[0].target.path;
        assert!(case.docs.peels(path).contains(&Peel::Tidied), "{call}");
    }
    let case = one(b"fetch('https://h.example.com?x-amz-date=1')");
    assert_eq!(target(&case, 0), "https://h.example.com/?x-amz-date=1");
    assert!(!ids(&case).contains(&"url-tidied"));
}

#[test]
fn a_har_entry_without_its_front_yields_its_lists() {
    let lists = "              \"name\": \"Accept\",\n              \"value\": \"*/*\"\n            },\n            {\n              \"name\": \"Content-Length\",\n              \"value\": \"34596\"\n            }\n          ],\n          \"cookies\": [],\n          \"queryString\": [\n            {\n              \"name\": \"X-Amz-Date\",\n              \"value\": \"20260402T140310Z\"\n            },\n            {\n              \"name\": \"X-Amz-SignedHeaders\",\n              \"value\": \"host\"\n            },\n            {\n              \"name\": \"X-Amz-Credential\",\n              \"value\": \"AKIDEXAMPLE/20260402/us-east-1/s3";
    let case = one(lists.as_bytes());
    assert!(case.requests[0].is_fragment());
    assert_eq!(headers(&case, 0), ["Accept|*/*", "Content-Length|34596"]);
    // What is cut is no value.
    let query = case.requests[0].target.query.expect("it has one");
    assert_eq!(
        text(&case, query),
        "X-Amz-Date=20260402T140310Z&X-Amz-SignedHeaders=host"
    );
    assert!(ids(&case).is_empty(), "{:?}", ids(&case));
    // Lists of something else.
    for other in [
        lists.replace("X-Amz-", "x-"),
        lists.replace("queryString", "params"),
    ] {
        assert!(read(other.as_bytes()).requests.is_empty(), "{other}");
    }
    for end in 0..lists.len() {
        let _ = read(lists.get(..end).expect("it is ASCII").as_bytes());
    }
}
