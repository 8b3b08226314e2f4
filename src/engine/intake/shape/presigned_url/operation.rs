//! Operations of which URLs are presigned, and their methods.
//!
//! The SDK for JavaScript says in `x-id` which one a URL is for.

/// Names and methods (Amazon S3 API Reference, Actions).
const OPERATIONS: [(&str, &str); 15] = [
    ("GetObject", "GET"),
    ("PutObject", "PUT"),
    ("HeadObject", "HEAD"),
    ("DeleteObject", "DELETE"),
    ("CopyObject", "PUT"),
    ("UploadPart", "PUT"),
    ("UploadPartCopy", "PUT"),
    ("CreateMultipartUpload", "POST"),
    ("CompleteMultipartUpload", "POST"),
    ("AbortMultipartUpload", "DELETE"),
    ("ListObjectsV2", "GET"),
    ("ListParts", "GET"),
    ("ListBuckets", "GET"),
    ("HeadBucket", "HEAD"),
    ("GetObjectAttributes", "GET"),
];

/// Whether it is the name of one.
pub(super) fn is_one(name: &[u8]) -> bool {
    OPERATIONS.iter().any(|(own, _)| own.as_bytes() == name)
}

/// The method of the operation that the `x-id` of a query names.
pub(super) fn method(query: &[u8]) -> Option<&'static str> {
    let mut parameters = query.split(|b| *b == b'&');
    let named = parameters.find_map(|parameter| parameter.strip_prefix(b"x-id="))?;
    let mut known = OPERATIONS.iter();
    known
        .find(|(own, _)| own.as_bytes() == named)
        .map(|(_, method)| *method)
}
