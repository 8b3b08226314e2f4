#!/usr/bin/env python3
"""Makes botocore.json: requests signed by botocore, an implementation this project shares no line with.

    pip install --target /some/where botocore==1.44.5
    PYTHONPATH=/some/where python3 tests/corpus/make_botocore_corpus.py

Every case is the raw request with its signature, and the canonical request botocore signed. A case
whose "options" are not empty needs those options of sigscope's; one with "differs" is signed by botocore
in a way that the rules do not bear out, and says how. The output is the same at every run.
"""

import datetime
import json
import pathlib
import random

import botocore
import botocore.auth as auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

assert botocore.__version__ == "1.44.5", botocore.__version__

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJIMEYCIQ+=="
NOW = datetime.datetime(2026, 3, 1, 10, 15, 0, tzinfo=datetime.timezone.utc)
auth.get_current_datetime = lambda *_, **__: NOW.replace(tzinfo=None)

SIGNERS = {
    ("header", "s3"): auth.S3SigV4Auth,
    ("query", "s3"): auth.S3SigV4QueryAuth,
    ("header", "s3express"): auth.S3ExpressAuth,
    ("query", "s3express"): auth.S3ExpressQueryAuth,
    ("header", None): auth.SigV4Auth,
    ("query", None): auth.SigV4QueryAuth,
}



def sign(form, service, method, url, headers, body, token):
    credentials = Credentials(KEY, SECRET, token)
    signer = SIGNERS.get((form, service)) or SIGNERS[(form, None)]
    extra = {"identity_cache": {}} if service == "s3express" else {}
    signer = signer(credentials, service, "eu-central-1", **extra)
    if form == "query":
        body = b""  # botocore would move it into the query
    request = AWSRequest(method=method, url=url, headers={}, data=body)
    for name, value in headers:
        request.headers.add_header(name, value)
    seen = {}
    original = signer.canonical_request

    def remember(r):
        seen["canonical"] = original(r)
        return seen["canonical"]

    signer.canonical_request = remember
    signer.add_auth(request)
    target = request.url.split("//", 1)[1]
    cut = min((i for i in (target.find("/"), target.find("?")) if i >= 0), default=len(target))
    target = target[cut:] or "/"
    lines = [f"{method} {target} HTTP/1.1", f"Host: {auth._host_from_url(request.url)}"]
    lines += [f"{n}: {v}" for n, v in request.headers.items()]
    lines.append(f"Content-Length: {len(body)}")  # unsigned: it says where the body ends
    raw = "\n".join(lines) + "\n\n" + body.decode()
    if form == "query":
        signature = request.url.rsplit("X-Amz-Signature=", 1)[1]
    else:
        signature = request.headers["Authorization"].rsplit("Signature=", 1)[1]
    return raw, signature, seen["canonical"]


CASES = []


def case(name, form, service, method, url, headers=(), body=b"", token=None, options=None, differs=None):
    raw, signature, canonical = sign(form, service, method, url, headers, body, token)
    CASES.append(
        {
            "name": f"{len(CASES):03} {name} ({form}, {service})",
            "form": form,
            "raw": raw,
            "signature": signature,
            "canonical_request": canonical,
            "options": options or {},
            "differs": differs,
        }
    )


SERVICES = ["s3", "s3express", "lambda", "execute-api", "dynamodb", "sts", "es", "sqs"]
PATHS = {
    "root": "/",
    "plain": "/a/b.txt",
    "escaped": "/a%20b/%C3%A9/%2B%24.txt",
    "double slash": "/a//b/",
    "dots": "/a/./b/../c",
    "trailing dots": "/a/b/..",
    "tilde": "/~a/-_.",
    "arn": "/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A1%3Afunction%3Af/invocations",
}
QUERIES = {
    "none": "",
    "duplicates": "a=2&a=1&a=",
    "case": "b=1&B=2&a=3",
    "escaped": "prefix=a%2Fb%20c&marker=%C3%A9",
    "empty value": "acl=",
    "reserved": "x=%21%2A%27%28%29&y=~",
}

# Every service in both forms, over paths and queries in turn.
rng = random.Random(20260301)
turn = 0
for service in SERVICES:
    for form in ("header", "query"):
        for path_name, path in PATHS.items():
            names = list(QUERIES)
            query_name = names[turn % len(names)]
            turn += 1
            method = ["GET", "PUT", "POST", "DELETE"][turn % 4]
            body = b"" if method in ("GET", "DELETE") else b'{"n": %d}\n' % turn
            url = f"https://svc.example.com{path}"
            if QUERIES[query_name]:
                url += "?" + QUERIES[query_name]
            headers = [("X-Amz-Meta-N", f"  {turn}   b ")] if turn % 3 == 0 else []
            token = TOKEN if service == "s3express" or turn % 5 == 0 else None
            cut = path_name == "trailing dots" and not service.startswith("s3")
            differs = "botocore drops the slash that RFC 3986 keeps for a final .." if cut else None
            name = f"{path_name}, query {query_name}"
            case(name, form, service, method, url, headers, body, token, differs=differs)

# Hosts, headers, bodies, queries at random.
HOSTS = ["example.com", "example.com:443", "example.com:9000", "Example.COM", "[::1]:9000", "127.0.0.1"]
UNRESERVED = "abcXYZ019-_.~"
for i in range(60):
    service = rng.choice(SERVICES)
    form = rng.choice(["header", "query"])
    word = lambda n=4: "".join(rng.choice(UNRESERVED) for _ in range(rng.randint(1, n)))
    path = "".join("/" + word() for _ in range(rng.randint(0, 4))) or "/"
    query = "&".join(f"{word()}={word()}%2F{word()}" for _ in range(rng.randint(0, 4)))
    url = f"https://{rng.choice(HOSTS)}{path}" + (f"?{query}" if query else "")
    headers = [
        (rng.choice(["X-Amz-Meta-A", "x-amz-meta-b", "Range", "zz"]), f"{word()}  {word()} ")
        for _ in range(rng.randint(0, 3))
    ] + rng.choice([[], [("User-Agent", "x")], [("Content-Type", "text/plain; charset=utf-8")]])
    token = TOKEN if service == "s3express" or rng.random() < 0.3 else None
    body = rng.choice([b"", b"x", "é\n".encode()])
    case("random", form, service, rng.choice(["GET", "PUT", "POST"]), url, headers, body, token)

# What is tried both ways.
case(
    "a tab inside a value", "header", "lambda", "GET", "https://example.com/",
    [("zz", "a\t b")],
)
# What needs a word said.
case(
    "nothing between two &", "header", "lambda", "GET", "https://example.com/?a=1&&b=2",
    options={"empty-parameters": "keep"},
)
case(
    "lower-case escape in the query", "header", "lambda", "GET", "https://example.com/?a=%2f",
    differs="botocore signs the parameters of a URL as spelled, without decoding and encoding them",
)
case(
    "raw slash in the query", "header", "lambda", "GET", "https://example.com/?a=b/c",
    differs="botocore signs the parameters of a URL as spelled, without decoding and encoding them",
)
case(
    "plus in the query", "header", "lambda", "GET", "https://example.com/?a=b+c",
    differs="botocore signs the parameters of a URL as spelled: + stays +, where servers read a space",
)
case(
    "a name that sorts otherwise once encoded", "header", "lambda", "GET",
    "https://example.com/?a%20b=1&a-b=2&a!=3",
    differs="botocore sorts and signs the parameters of a URL as spelled",
)
case(
    "a dollar in an S3 path", "header", "s3", "GET", "https://example.com/a$b",
    differs="botocore signs the path of an S3 URL as spelled; its own client encodes it before",
)

out = pathlib.Path(__file__).with_name("botocore.json")
with out.open("w", encoding="utf-8") as f:
    f.write("[\n")
    f.write(",\n".join(json.dumps(c, ensure_ascii=False) for c in CASES))
    f.write("\n]\n")
print(len(CASES), "cases,", out.stat().st_size, "bytes")
