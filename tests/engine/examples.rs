//! The examples of the AWS documents, each with its published signature.

use sigscope::engine::scheme::{Outcome, Role};

use crate::common::{analyse, case_of, check_copies, keyring, settings, text};

/// Access key of the Amazon S3 documents.
const S3: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// Access key of the IAM documents: it has a `+` where that of S3 has a `/`.
const IAM: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const CREDENTIAL: &str =
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

/// Analyses `raw` under no option at all, and holds it to its published signature and the hash of its
/// published canonical request.
fn check(raw: &str, secret: &str, creq_hash: &str, signature: &str) {
    assert!(raw.contains(signature), "the example carries its signature");
    let case = case_of(raw.as_bytes());
    let trace = analyse(&case, &keyring(secret), &settings(&[]))
        .trace
        .unwrap();
    let creq = text(&trace, Role::CanonicalRequest);
    let to_sign = text(&trace, Role::StringToSign);
    let hash = to_sign.lines().last().unwrap();
    assert!(hash.starts_with(creq_hash), "{creq}\n\n{hash}");
    assert_eq!(text(&trace, Role::Signature), signature, "{creq}");
    assert_eq!(trace.outcome, Outcome::Equal);
    assert_eq!(trace.notes, [""; 0]);
    assert_eq!(trace.taken, []);
    check_copies(&trace, &case.docs, signature);
}

// Amazon S3 API Reference, Signature Calculations for the Authorization Header: Transferring Payload
// in a Single Chunk.

#[test]
fn s3_get_object_with_a_range() {
    let signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    let raw = format!(
        "GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n\
         Authorization: {CREDENTIAL},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
         Signature={signature}\nRange: bytes=0-9\nx-amz-content-sha256:{EMPTY}\n\
         x-amz-date: 20130524T000000Z\n\n"
    );
    check(&raw, S3, "7344ae5b", signature);
}

#[test]
fn s3_put_object_with_a_dollar_in_its_key() {
    let signature = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
    for path in ["/test$file.text", "/test%24file.text"] {
        let raw = format!(
            "PUT {path} HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n\
             Date: Fri, 24 May 2013 00:00:00 GMT\nAuthorization: {CREDENTIAL},\
             SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,\
             Signature={signature}\nx-amz-date: 20130524T000000Z\n\
             x-amz-storage-class: REDUCED_REDUNDANCY\nx-amz-content-sha256: \
             44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\n\n\
             Welcome to Amazon S3."
        );
        check(&raw, S3, "9e0e90d9", signature);
    }
}

/// A GET of the bucket itself.
fn s3_get(target: &str, hash: &str, signature: &str) {
    let raw = format!(
        "GET {target} HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n\
         Authorization: {CREDENTIAL},SignedHeaders=host;x-amz-content-sha256;x-amz-date,\
         Signature={signature}\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256:{EMPTY}\n\n"
    );
    check(&raw, S3, hash, signature);
}

#[test]
fn s3_get_lifecycle_is_signed_with_an_equals_sign() {
    let signature = "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543";
    s3_get("/?lifecycle", "9766c798", signature);
}

#[test]
fn s3_list_objects() {
    let signature = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
    s3_get("/?max-keys=2&prefix=J", "df57d21d", signature);
}

/// Amazon S3 API Reference, Authenticating Requests: Using Query Parameters.
#[test]
fn s3_presigned_get() {
    let signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let raw = format!(
        "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F\
         20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400\
         &X-Amz-SignedHeaders=host&X-Amz-Signature={signature} HTTP/1.1\n\
         Host: examplebucket.s3.amazonaws.com\n\n"
    );
    check(&raw, S3, "3bfa2928", signature);
}

/// Amazon S3 API Reference, Transferring Payload in Multiple Chunks: the seed signature.
#[test]
fn s3_chunked_upload_seed() {
    let signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let raw = format!(
        "PUT /examplebucket/chunkObject.txt HTTP/1.1\nHost: s3.amazonaws.com\n\
         x-amz-date: 20130524T000000Z\nx-amz-storage-class: REDUCED_REDUNDANCY\n\
         Authorization: {CREDENTIAL},SignedHeaders=content-encoding;content-length;host;\
         x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,\
         Signature={signature}\nx-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\n\
         Content-Encoding: aws-chunked\nx-amz-decoded-content-length: 66560\n\
         Content-Length: 66824\n\n"
    );
    check(&raw, S3, "cee3fed0", signature);
}

/// Amazon S3 API Reference, Including Trailing Headers: the seed signature. The page's final header
/// lists content-length and leaves x-amz-trailer out; the signature was made the other way round.
#[test]
fn s3_chunked_upload_with_trailer_seed() {
    let signature = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let raw = format!(
        "PUT /examplebucket/chunkObject.txt HTTP/1.1\nHost: s3.amazonaws.com\n\
         x-amz-date: 20130524T000000Z\nx-amz-storage-class: REDUCED_REDUNDANCY\n\
         Authorization: {CREDENTIAL},SignedHeaders=content-encoding;host;x-amz-content-sha256;\
         x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,\
         Signature={signature}\n\
         x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\n\
         Content-Encoding: aws-chunked\nx-amz-decoded-content-length: 66560\n\
         x-amz-trailer: x-amz-checksum-crc32c\nContent-Length: 66824\n\n"
    );
    check(&raw, S3, "44d48b8c", signature);
}

/// AWS General Reference, Signature Version 4 signing process, Examples: the walk-through.
#[test]
fn iam_list_users() {
    let signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    let raw = format!(
        "GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\nHost: iam.amazonaws.com\n\
         Content-Type: application/x-www-form-urlencoded; charset=utf-8\n\
         X-Amz-Date: 20150830T123600Z\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, Signature={signature}\n\n"
    );
    check(&raw, IAM, "f536975d", signature);
}

/// As above, with the signature in the query.
#[test]
fn iam_list_users_presigned() {
    let signature = "37ac2f4fde00b0ac9bd9eadeb459b1bbee224158d66e7ae5fcadb70b2d181d02";
    let raw = format!(
        "GET /?Action=ListUsers&Version=2010-05-08&X-Amz-Algorithm=AWS4-HMAC-SHA256&\
         X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fiam%2Faws4_request&\
         X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=content-type%3Bhost&\
         X-Amz-Signature={signature} HTTP/1.1\nHost: iam.amazonaws.com\n\
         content-type: application/x-www-form-urlencoded; charset=utf-8\n\n"
    );
    check(&raw, IAM, "", signature);
}

/// The overview page's header is an illustration: it does not recompute, and nobody should make it.
#[test]
fn the_illustration_of_the_s3_overview_stays_different() {
    let raw = format!(
        "GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n\
         Authorization: {CREDENTIAL}, SignedHeaders=host;range;x-amz-date, Signature=\
         fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024\n\
         Range: bytes=0-9\nx-amz-date: 20130524T000000Z\n\n"
    );
    let case = case_of(raw.as_bytes());
    let trace = analyse(&case, &keyring(S3), &settings(&[])).trace.unwrap();
    assert!(trace.outcome.disagrees(), "{:?}", trace.outcome);
}
