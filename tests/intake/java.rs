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
