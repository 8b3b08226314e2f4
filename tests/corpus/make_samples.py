#!/usr/bin/env python3
"""Writes assets/samples/: real mistakes, signed with the example keys of the AWS documentation.

An independent Signature V4 signer in the standard library alone, with a switch for each mistake: what
the client signed and what the verifier saw are two requests, and the sample holds the one that was
sent beside the answer to the other. `--check` compares instead of writing.
"""

import hashlib
import hmac
import pathlib
import sys
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EMPTY = hashlib.sha256(b"").hexdigest()
OUT = pathlib.Path(__file__).resolve().parents[2] / "assets" / "samples"


class Request:
    """What one party signs or verifies; S3 rules: the path is encoded once and never normalised."""

    def __init__(self, method, path, headers, signed, *, query=(), payload=EMPTY, date, region, service="s3",
                 key_id=KEY_ID, secret=SECRET):
        self.method, self.path, self.query = method, path, list(query)
        self.headers = [(k.lower(), " ".join(v.split())) for k, v in headers]
        self.signed, self.payload, self.date = signed, payload, date
        self.key_id, self.secret = key_id, secret
        self.scope = f"{date[:8]}/{region}/{service}/aws4_request"

    def seen_with(self, **changes):
        """The same request with header values changed: what the other side worked with."""
        other = object.__new__(Request)
        other.__dict__.update(self.__dict__)
        new = {k.replace("_", "-"): v for k, v in changes.items()}
        other.headers = [(k, new.get(k, v)) for k, v in self.headers if new.get(k, v) is not None]
        return other

    def canonical(self, encode_path=1):
        path = unquote(self.path)
        for _ in range(encode_path):
            path = quote(path, safe="/-._~")
        pairs = sorted((quote(k, safe="-._~"), quote(v, safe="-._~")) for k, v in self.query)
        block = "".join(f"{name}:{dict(self.headers).get(name, '')}\n" for name in self.signed)
        return "\n".join([self.method, path, "&".join(f"{k}={v}" for k, v in pairs), block,
                          ";".join(self.signed), self.payload])

    def string_to_sign(self, **how):
        digest = hashlib.sha256(self.canonical(**how).encode()).hexdigest()
        return "\n".join(["AWS4-HMAC-SHA256", self.date, self.scope, digest])

    def signature(self, **how):
        key = ("AWS4" + self.secret).encode()
        for part in self.scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, self.string_to_sign(**how).encode(), hashlib.sha256).hexdigest()

    def authorization(self, **how):
        return (f"AWS4-HMAC-SHA256 Credential={self.key_id}/{self.scope}, "
                f"SignedHeaders={';'.join(self.signed)}, Signature={self.signature(**how)}")


def presigned(method, host, path, *, date, expires, region, headers=(), signed=("host",)):
    """A presigned request and the query that its URL carries, signature last."""
    query = [("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
             ("X-Amz-Credential", f"{KEY_ID}/{date[:8]}/{region}/s3/aws4_request"),
             ("X-Amz-Date", date), ("X-Amz-Expires", str(expires)), ("X-Amz-SignedHeaders", ";".join(signed))]
    request = Request(method, path, [("Host", host), *headers], list(signed), query=query,
                      payload="UNSIGNED-PAYLOAD", date=date, region=region)
    text = "&".join(f"{k}={quote(v, safe='-._~')}" for k, v in [*query, ("X-Amz-Signature", request.signature())])
    return request, text


def message(first, headers, body=""):
    return "\n".join([first, *(f"{k}: {v}" for k, v in headers)]) + "\n\n" + (body + "\n" if body else "")


def hexdump(text):
    return " ".join(f"{b:02x}" for b in text.encode())


def error(pairs, declaration='<?xml version="1.0" encoding="UTF-8"?>\n'):
    ids = [("RequestId", "4442587FB7D0A2F9"),
           ("HostId", "Uuag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7/C1NPcfTWAtRPfTaOFg==")]
    body = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in [*pairs, *ids])
    return f"{declaration}<Error>{body}</Error>"


def mismatch(seen, provided):
    """What S3 answers when the request it saw does not have the signature it was given."""
    sts, canonical = seen.string_to_sign(), seen.canonical()
    return error([
        ("Code", "SignatureDoesNotMatch"),
        ("Message", "The request signature we calculated does not match the signature you provided. "
                    "Check your key and signing method."),
        ("AWSAccessKeyId", seen.key_id), ("StringToSign", sts), ("SignatureProvided", provided),
        ("StringToSignBytes", hexdump(sts)), ("CanonicalRequest", canonical),
        ("CanonicalRequestBytes", hexdump(canonical))])


def answer(status, date, body):
    return message(f"HTTP/1.1 {status}", [("Content-Type", "application/xml"), ("Date", date), ("Server", "AmazonS3")], body)


def credentials(key_id=KEY_ID, secret=SECRET):
    return f"AWS_ACCESS_KEY_ID={key_id}\nAWS_SECRET_ACCESS_KEY={secret}\n\n"


def host_changed():
    date = "20260311T091544Z"
    headers = [("Host", "nginx.local:8080"), ("Accept-Encoding", "identity"),
               ("User-Agent", "Boto3/1.42.61 md/Botocore#1.42.61"), ("X-Amz-Content-SHA256", EMPTY), ("X-Amz-Date", date)]
    sent = Request("GET", "/bkt/a%20b.txt", headers, ["host", "x-amz-content-sha256", "x-amz-date"], date=date,
                   region="us-east-1")
    seen = sent.seen_with(host="s3.us-east-1.amazonaws.com")
    return (credentials()
            + message("GET /bkt/a%20b.txt HTTP/1.1", [*headers, ("Authorization", sent.authorization())])
            + answer("403 Forbidden", "Wed, 11 Mar 2026 09:15:45 GMT", mismatch(seen, sent.signature())))


def path_encoded_twice():
    date = "20260402T140310Z"
    headers = [("Host", "examplebucket.s3.eu-west-1.amazonaws.com"), ("X-Amz-Content-SHA256", EMPTY), ("X-Amz-Date", date)]
    sent = Request("GET", "/reports/annual%20report%20(final).pdf", headers, ["host", "x-amz-content-sha256", "x-amz-date"],
                   date=date, region="eu-west-1")
    # What is on the wire is encoded already; the signer encoded that once more, as all services but S3 want.
    wire = "/reports/annual%20report%20%28final%29.pdf"
    return (credentials()
            + message(f"GET {wire} HTTP/1.1", [*headers, ("Authorization", sent.authorization(encode_path=2))])
            + answer("403 Forbidden", "Thu, 02 Apr 2026 14:03:10 GMT", mismatch(sent, sent.signature(encode_path=2))))


def content_type_browser():
    date, host = "20260218T070000Z", "examplebucket.s3.eu-west-1.amazonaws.com"
    sent, query = presigned("PUT", host, "/uploads/cat.png", date=date, expires=900, region="eu-west-1",
                            headers=[("Content-Type", "application/octet-stream")], signed=("content-type", "host"))
    seen = sent.seen_with(content_type="image/png")
    return ("What our backend presigns, and what the browser gets back for its PUT:\n\n"
            + credentials()
            + message(f"PUT /uploads/cat.png?{query} HTTP/1.1",
                      [("Host", host), ("Content-Type", "application/octet-stream")])
            + answer("403 Forbidden", "Wed, 18 Feb 2026 07:01:12 GMT", mismatch(seen, sent.signature())))


def accept_encoding_rewritten():
    date, key_id = "20260106T143135Z", "GOOG1EXAMPLE7FODNNEXAMPLE"
    headers = [("Host", "storage.googleapis.com"), ("User-Agent", "rclone/v1.60.0"), ("Accept-Encoding", "gzip"),
               ("X-Amz-Content-SHA256", EMPTY), ("X-Amz-Date", date)]
    sent = Request("GET", "/example-backups/daily.tar", headers,
                   ["accept-encoding", "host", "x-amz-content-sha256", "x-amz-date"], date=date, region="auto", key_id=key_id)
    seen = sent.seen_with(accept_encoding="gzip,gzip(gfe)")
    body = error([("Code", "SignatureDoesNotMatch"), ("Message", "Access denied."),
                  ("Details", "The request signature we calculated does not match the signature you provided. "
                              "Check your Google secret key and signing method."),
                  ("StringToSign", seen.string_to_sign()), ("CanonicalRequest", seen.canonical())],
                 declaration="<?xml version='1.0' encoding='UTF-8'?>")
    body = body[:body.index("<RequestId>")] + "</Error>"
    return (credentials(key_id)
            + message("GET /example-backups/daily.tar HTTP/1.1", [*headers, ("Authorization", sent.authorization())])
            + message("HTTP/1.1 403 Forbidden", [("Content-Type", "application/xml; charset=UTF-8"),
                      ("Date", "Tue, 06 Jan 2026 14:31:35 GMT"), ("Server", "UploadServer")], body))


def range_stripped():
    date = "20260114T102134Z"
    headers = [("Host", "examplebucket.s3.ap-northeast-2.amazonaws.com"), ("User-Agent", "aws-cli/2.33.2"),
               ("Range", "bytes=0-8388607"), ("X-Amz-Content-SHA256", EMPTY), ("X-Amz-Date", date)]
    sent = Request("GET", "/video/8388608.test", headers, ["host", "range", "x-amz-content-sha256", "x-amz-date"],
                   date=date, region="ap-northeast-2")
    seen = sent.seen_with(range="")
    return (message("GET /video/8388608.test HTTP/1.1", [*headers, ("Authorization", sent.authorization())])
            + answer("403 Forbidden", "Wed, 14 Jan 2026 10:21:35 GMT", mismatch(seen, sent.signature())))


def expired_url():
    # The presigned URL of the S3 documentation, character for character.
    _, query = presigned("GET", "examplebucket.s3.amazonaws.com", "/test.txt", date="20130524T000000Z", expires=86400,
                         region="us-east-1")
    body = error([("Code", "AccessDenied"), ("Message", "Request has expired"), ("X-Amz-Expires", "86400"),
                  ("Expires", "2013-05-25T00:00:00Z"), ("ServerTime", "2013-05-26T08:12:41Z")])
    return (credentials()
            + f"https://examplebucket.s3.amazonaws.com/test.txt?{query}\n\n"
            + answer("403 Forbidden", "Sun, 26 May 2013 08:12:40 GMT", body))


def wrong_region():
    date = "20260520T183000Z"
    headers = [("Host", "examplebucket.s3.eu-central-1.amazonaws.com"), ("X-Amz-Content-SHA256", EMPTY), ("X-Amz-Date", date)]
    sent = Request("GET", "/", headers, ["host", "x-amz-content-sha256", "x-amz-date"],
                   query=[("list-type", "2"), ("prefix", "photos/2026/")], date=date, region="us-east-1")
    body = error([("Code", "AuthorizationHeaderMalformed"),
                  ("Message", "The authorization header is malformed; the region 'us-east-1' is wrong; "
                              "expecting 'eu-central-1'"), ("Region", "eu-central-1")])
    return (credentials()
            + message("GET /?list-type=2&prefix=photos%2F2026%2F HTTP/1.1", [*headers, ("Authorization", sent.authorization())])
            + answer("400 Bad Request", "Wed, 20 May 2026 18:30:01 GMT", body))


def secret_newline():
    date = "20260607T221509Z"
    headers = [("Host", "examplebucket.s3.us-west-2.amazonaws.com"), ("X-Amz-Content-SHA256", EMPTY), ("X-Amz-Date", date)]
    claims = dict(date=date, region="us-west-2")
    signed = ["host", "x-amz-content-sha256", "x-amz-date"]
    query = [("list-type", "2"), ("max-keys", "100")]
    sent = Request("GET", "/", headers, signed, query=query, secret=SECRET + "\n", **claims)
    return ("The key was put into a file with echo; the same key works in the AWS CLI.\n\n"
            + credentials()
            + message("GET /?list-type=2&max-keys=100 HTTP/1.1", [*headers, ("Authorization", sent.authorization())])
            + answer("403 Forbidden", "Sun, 07 Jun 2026 22:15:09 GMT", mismatch(sent, sent.signature())))


def private_host():
    _, query = presigned("GET", "minio:9000", "/exports/invoice-2026-07.pdf", date="20260703T080000Z", expires=3600,
                         region="us-east-1")
    return ("The link in the mail works on the server and nowhere else:\n"
            f"http://minio:9000/exports/invoice-2026-07.pdf?{query}\n")


def right_request():
    # The first example of the S3 documentation, character for character but for its line ends.
    date = "20130524T000000Z"
    headers = [("Host", "examplebucket.s3.amazonaws.com"), ("Range", "bytes=0-9"), ("x-amz-content-sha256", EMPTY),
               ("x-amz-date", date)]
    sent = Request("GET", "/test.txt", headers, ["host", "range", "x-amz-content-sha256", "x-amz-date"], date=date,
                   region="us-east-1")
    authorization = sent.authorization().replace(", ", ",")
    return credentials() + message("GET /test.txt HTTP/1.1", [headers[0], ("Authorization", authorization), *headers[1:]])


def header_unsigned():
    date, body = "20260822T113000Z", "Hello from the example bucket."
    payload = hashlib.sha256(body.encode()).hexdigest()
    headers = [("Host", "examplebucket.s3.us-east-1.amazonaws.com"), ("Content-Type", "text/plain"),
               ("Content-Length", str(len(body))), ("x-amz-acl", "public-read"), ("X-Amz-Content-SHA256", payload),
               ("X-Amz-Date", date)]
    sent = Request("PUT", "/hello.txt", headers, ["content-type", "host", "x-amz-content-sha256", "x-amz-date"],
                   payload=payload, date=date, region="us-east-1")
    refusal = error([("Code", "AccessDenied"), ("Message", "There were headers present in the request which were not signed"),
                     ("HeadersNotSigned", "x-amz-acl")])
    return (credentials()
            + message("PUT /hello.txt HTTP/1.1", [*headers, ("Authorization", sent.authorization())], body) + "\n"
            + answer("403 Forbidden", "Sat, 22 Aug 2026 11:30:00 GMT", refusal))


SAMPLES = {
    "host-changed": host_changed,
    "path-encoded-twice": path_encoded_twice,
    "content-type-browser": content_type_browser,
    "accept-encoding-rewritten": accept_encoding_rewritten,
    "range-stripped": range_stripped,
    "expired-url": expired_url,
    "wrong-region": wrong_region,
    "secret-newline": secret_newline,
    "private-host": private_host,
    "right-request": right_request,
    "header-unsigned": header_unsigned,
}


def main():
    # The published signatures: if these hold, the signer above is right.
    published = {
        "right-request": "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        "expired-url": "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    }
    wrong = []
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in SAMPLES.items():
        text = make()
        assert published.get(name, "") in text, name
        path = OUT / f"{name}.txt"
        if "--check" not in sys.argv[1:]:
            path.write_bytes(text.encode())
        elif path.read_bytes() != text.encode():
            wrong.append(name)
    if wrong:
        sys.exit(f"differs from what is committed: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
