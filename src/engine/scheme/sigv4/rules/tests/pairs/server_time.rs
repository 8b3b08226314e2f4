//! What the server's answer says of time.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "server-clock-skew",
            Input::Answer(
                "RequestTimeTooSkewed",
                SKEW,
                &[
                    ("RequestTime", "20191102T153031Z"),
                    ("ServerTime", "2019-11-04T15:18:31Z"),
                    ("MaxAllowedSkewMilliseconds", "900000"),
                ],
            ),
            Input::Answer("AccessDenied", "Request has expired", &[]),
        ),
        (
            "server-url-expired",
            Input::Answer(
                "AccessDenied",
                "Request has expired",
                &[
                    ("X-Amz-Expires", "300"),
                    ("Expires", "2024-01-01T00:05:00Z"),
                    ("ServerTime", "2024-01-01T04:17:00Z"),
                ],
            ),
            Input::Answer("AccessDenied", "Access Denied", &[]),
        ),
        (
            "server-request-expired",
            Input::Answer(
                "RequestExpired",
                "Request signature is too far in the past and has expired. Timestamp date: 2018-09-23T10:04:57Z",
                &[],
            ),
            Input::Answer("AccessDenied", "Request has expired", &[]),
        ),
        (
            "server-not-yet-valid",
            Input::Answer(
                "AccessDenied",
                "Request is not yet valid",
                &[
                    ("X-Amz-Date", "1704070800000"),
                    ("ServerTime", "2024-01-01T00:00:00Z"),
                ],
            ),
            Input::Answer("AccessDenied", "Request has expired", &[]),
        ),
    ]
}
