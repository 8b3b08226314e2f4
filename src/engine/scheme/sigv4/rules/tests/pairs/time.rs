//! The signing time and how long it holds.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "date-missing",
            raw(S3, &[("x-amz-date: 20130524T000000Z\n", "")]),
            raw(
                S3,
                &[(
                    "x-amz-date: 20130524T000000Z",
                    "Date: Fri, 24 May 2013 00:00:00 GMT",
                )],
            ),
        ),
        (
            "date-format",
            raw(S3, &[(": 20130524T000000Z", ": 2013-05-24T00:00:00Z")]),
            raw(
                S3,
                &[(
                    "x-amz-date: 20130524T000000Z",
                    "Date: Fri, 24 May 2013 00:00:00 GMT",
                )],
            ),
        ),
        (
            "date-duplicate",
            s3_and("X-Amz-Date: 20130524T000000Z"),
            s3_and("Date: Fri, 24 May 2013 00:00:00 GMT"),
        ),
        (
            "expires-range",
            url(&[("=86400", "=604801")]),
            url(&[("=86400", "=604800")]),
        ),
        (
            "url-expired",
            url(&[("X-Amz-Date=20130524", "X-Amz-Date=20130520")]),
            url(&[("X-Amz-Date=20130524T00", "X-Amz-Date=20130523T01")]),
        ),
        (
            "request-too-old",
            raw(S3, &[(": 20130524T000000Z", ": 20130523T234459Z")]),
            raw(S3, &[(": 20130524T000000Z", ": 20130523T234500Z")]),
        ),
        (
            "request-from-the-future",
            raw(S3, &[(": 20130524T000000Z", ": 20130524T001501Z")]),
            raw(S3, &[(": 20130524T000000Z", ": 20130524T001500Z")]),
        ),
        (
            "clock-drift",
            raw(S3, &[(": 20130524T000000Z", ": 20130524T000600Z")]),
            raw(S3, &[(": 20130524T000000Z", ": 20130524T000400Z")]),
        ),
    ]
}
