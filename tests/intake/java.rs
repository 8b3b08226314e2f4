//! A request as minio-java prints it.

use super::*;

#[test]
fn a_request_printed_by_minio_java_is_read_with_its_headers() {
    let print = "request={method=PUT, url=http://minio.example:9000/b/k, headers=x-amz-meta-a: a   b\\nHost: minio.example:9000\\nx-amz-date: 20130524T000000Z\\nAuthorization: AWS4-HMAC-SHA256 Credential=A/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=*REDACTED*}\nresponse={code=403}";
    let case = one(print.as_bytes());
    assert_eq!(method(&case), "PUT");
    assert_eq!(text(&case, case.requests[0].target.path), "/b/k");
    assert_eq!(
        headers(&case, 0),
        [
            "x-amz-meta-a| a   b",
            "Host| minio.example:9000",
            "x-amz-date| 20130524T000000Z",
            "Authorization| AWS4-HMAC-SHA256 Credential=A/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=*REDACTED*",
        ]
    );
    // What stands behind its bracket is none of its body.
    let long = print.replace("Host:", "Content-Length: 19\\nHost:");
    assert_eq!(one(long.as_bytes()).requests[0].body, Body::Absent);
    let lines = print.replace("\\n", "\n");
    assert_eq!(headers(&one(lines.as_bytes()), 0), headers(&case, 0));
    // Cut anywhere, it is read as far as it goes.
    for end in 0..print.len() {
        read(&print.as_bytes()[..end]);
    }
}

#[test]
fn a_request_that_minio_java_prints_is_read_behind_the_margin_of_a_table() {
    let lines = [
        "request={method=GET, url=http://minio.example:9000/b/?location=, headers=Host: minio.example:9000",
        "User-Agent: Minio (amd64; amd64) minio-java/dev",
        "x-amz-date: 20130524T000000Z",
        "Authorization: AWS4-HMAC-SHA256 Credential=A/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=*REDACTED*",
    ];
    let names = |print: &str| {
        let case = read(print.as_bytes());
        assert_eq!(case.requests.len(), 1, "{print}");
        let headers = case.requests[0].headers.iter();
        let headers = headers.map(|header| match header.name {
            Given::Stated(span) => text(&case, span),
            Given::Implied(name) => name.to_owned(),
        });
        headers.collect::<Vec<_>>()
    };
    let bare = lines.join("\n");
    let own = ["Host", "User-Agent", "x-amz-date", "Authorization"];
    assert_eq!(names(&bare), own);
    assert_eq!(names(&format!("  | {}\n  |", lines.join("\n  | "))), own);
    // A line that stands behind no margin is no line of the table: nothing is taken off.
    let torn = format!("  | {}", lines.join("\n"));
    assert_eq!(names(&torn), own);
}
