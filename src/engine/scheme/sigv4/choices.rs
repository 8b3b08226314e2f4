//! The options by which a person may choose one of the quirks over what the request claims, as data: the
//! command line and the panel both come from it. What a choice does is decided in `quirks`.

use crate::engine::scheme::{Choice, OptionSpec, Values};

/// The options of SigV4, in the order of the panel.
pub(super) const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        id: "service",
        title: "service",
        help: "Signing name used for the key and the string to sign; without it, the scope's.",
        values: Values::Text("NAME"),
    },
    OptionSpec {
        id: "region",
        title: "region",
        help: "Region used for the key and the string to sign; without it, the scope's.",
        values: Values::Text("NAME"),
    },
    OptionSpec {
        id: "path-encoding",
        title: "path encoding",
        help: "How often the path is percent-encoded; without it, once for the S3 family and twice \
               for all other services.",
        values: Values::Choice(&[
            Choice {
                id: "once",
                title: "once",
            },
            Choice {
                id: "twice",
                title: "twice",
            },
        ]),
    },
    OptionSpec {
        id: "path-normalization",
        title: "path normalisation",
        help: "Whether `.`, `..` and empty segments of the path are resolved; without it, kept for \
               the S3 family and resolved for all other services.",
        values: Values::Choice(&[
            Choice {
                id: "keep",
                title: "keep",
            },
            Choice {
                id: "normalize",
                title: "normalise",
            },
        ]),
    },
    OptionSpec {
        id: "plus-in-path",
        title: "+ in the path",
        help: "What + in the path stands for; without it, both are tried.",
        values: Values::Choice(&[
            Choice {
                id: "plus",
                title: "itself",
            },
            Choice {
                id: "space",
                title: "a space",
            },
        ]),
    },
    OptionSpec {
        id: "raw-in-target",
        title: "not encoded",
        help: "How a space, or what else in the target must be percent-encoded and is not, was signed; \
               without it, each way is tried.",
        values: Values::Choice(&[
            Choice {
                id: "encoded",
                title: "encoded",
            },
            Choice {
                id: "escaped",
                title: "as if sent encoded",
            },
            Choice {
                id: "kept",
                title: "as it stands",
            },
            Choice {
                id: "plus",
                title: "a space as +",
            },
        ]),
    },
    OptionSpec {
        id: "header-blanks",
        title: "blanks in headers",
        help: "Which runs of blanks inside a header's value become one space; without it, each is \
               tried.",
        values: Values::Choice(&[
            Choice {
                id: "spaces",
                title: "spaces",
            },
            Choice {
                id: "all",
                title: "spaces and tabs",
            },
            Choice {
                id: "unquoted",
                title: "spaces outside \"…\"",
            },
        ]),
    },
    OptionSpec {
        id: "plus-in-query",
        title: "+ in the query",
        help: "What + in the query stands for; without it, a space.",
        values: Values::Choice(&[
            Choice {
                id: "space",
                title: "a space",
            },
            Choice {
                id: "plus",
                title: "itself",
            },
        ]),
    },
    OptionSpec {
        id: "empty-parameters",
        title: "empty parameters",
        help: "What becomes of nothing between two &; without it, it is left out.",
        values: Values::Choice(&[
            Choice {
                id: "drop",
                title: "left out",
            },
            Choice {
                id: "keep",
                title: "written =",
            },
        ]),
    },
    OptionSpec {
        id: "payload",
        title: "payload hash",
        help: "What stands in the line of the payload hash; without it, what the request and the \
               service's rules say.",
        values: Values::Choice(&[
            Choice {
                id: "auto",
                title: "by the rules",
            },
            Choice {
                id: "unsigned",
                title: "UNSIGNED-PAYLOAD",
            },
            Choice {
                id: "hash",
                title: "hash of the body",
            },
            Choice {
                id: "stated",
                title: "as stated",
            },
        ]),
    },
    OptionSpec {
        id: "session-token",
        title: "session token",
        help: "Whether the session token of a query was signed or appended after signing; without \
               it, both are tried.",
        values: Values::Choice(&[
            Choice {
                id: "signed",
                title: "signed",
            },
            Choice {
                id: "appended",
                title: "appended",
            },
        ]),
    },
    OptionSpec {
        id: "host-value",
        title: "host",
        help: "Whether the host is signed in lower case without a default port, as received, or with \
               another port than it was sent with; without it, each is tried.",
        values: Values::Choice(&[
            Choice {
                id: "canonical",
                title: "canonical",
            },
            Choice {
                id: "as-received",
                title: "as received",
            },
            Choice {
                id: "no-port",
                title: "without its port",
            },
            Choice {
                id: "port-443",
                title: "with :443",
            },
            Choice {
                id: "port-80",
                title: "with :80",
            },
            Choice {
                id: "url-port",
                title: "with the port of the URL",
            },
        ]),
    },
    OptionSpec {
        id: "url-scheme",
        title: "URL scheme",
        help: "Whether the request went over http or https, which decides the default port; without \
               it, what the request says.",
        values: Values::Choice(&[
            Choice {
                id: "http",
                title: "http",
            },
            Choice {
                id: "https",
                title: "https",
            },
        ]),
    },
    OptionSpec {
        id: "method",
        title: "method",
        help: "Method that is signed; without it, the request's, and for a bare URL each usual one is \
               tried.",
        values: Values::Text("METHOD"),
    },
];
