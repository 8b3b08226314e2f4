"""A loopback server that answers a signed request as S3 does, and a proxy that changes one header.

The server computes what it expects from the bytes that arrive, with botocore's own signer and the
example key of the AWS documentation. The right signature is answered with 200, any other with
SignatureDoesNotMatch: with both strings as S3 gives them, or without as MinIO does.
"""

import hashlib
import http.client
import http.server
import threading
import urllib.parse
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
MESSAGE = ("The request signature we calculated does not match the signature you provided. "
           "Check your key and signing method.")


class Claimed(S3SigV4Auth):
    """botocore's signer, told which headers the request itself says are signed."""

    def __init__(self, scope, signed):
        _, _, region, service, _ = scope
        super().__init__(Credentials(KEY_ID, SECRET), service, region)
        self.signed = signed

    def headers_to_sign(self, request):
        headers = http.client.HTTPMessage()
        for name in self.signed:
            for value in request.headers.get_all(name) or [""]:
                headers[name] = value
        return headers

    def payload(self, request):
        return request.headers.get("X-Amz-Content-SHA256") or super().payload(request)


def computed(method, target, headers, body):
    """The received signature, and the string to sign and canonical request of what arrived."""
    path, _, query = target.partition("?")
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    if "X-Amz-Signature" in given:
        claim = {"Credential": given["X-Amz-Credential"], "SignedHeaders": given["X-Amz-SignedHeaders"],
                 "Signature": given["X-Amz-Signature"]}
        date = given["X-Amz-Date"]
        pairs = [pair for pair in pairs if pair[0] != "X-Amz-Signature"]
    else:
        fields = headers["Authorization"].partition(" ")[2].split(",")
        claim = dict(field.strip().split("=", 1) for field in fields)
        date = headers["X-Amz-Date"] or headers["Date"]
    url = f"http://{headers['Host']}{urllib.parse.quote(urllib.parse.unquote(path), safe='/~')}"
    request = AWSRequest(method=method, url=url, params=pairs, data=body)
    for name, value in headers.items():
        request.headers[name] = value
    if "X-Amz-Signature" in given:
        del request.headers["X-Amz-Content-SHA256"]
        request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    request.context["timestamp"] = date
    signer = Claimed(claim["Credential"].split("/")[-5:], claim["SignedHeaders"].split(";"))
    canonical = signer.canonical_request(request)
    to_sign = signer.string_to_sign(request, canonical)
    return claim["Signature"], signer.signature(to_sign, request), to_sign, canonical


def spaced(text):
    return text.encode().hex(" ")


class S3(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    strings = True
    seen = []

    def version_string(self):
        return "AmazonS3" if self.strings else "MinIO"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            while size := int(self.rfile.readline().split(b";")[0], 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        try:
            received, ours, to_sign, canonical = computed(self.command, self.path, self.headers, body)
        except (KeyError, TypeError, ValueError, AttributeError):
            return self.send(400, "<Error><Code>AuthorizationHeaderMalformed</Code></Error>")
        self.seen.append({"received": received, "computed": ours, "string_to_sign": to_sign,
                          "canonical_request": canonical})
        if received == ours:
            return self.send(200, "<ListBucketResult><Name>bkt</Name></ListBucketResult>")
        strings = (f"<AWSAccessKeyId>{KEY_ID}</AWSAccessKeyId><StringToSign>{escape(to_sign)}</StringToSign>"
                   f"<SignatureProvided>{escape(received)}</SignatureProvided>"
                   f"<StringToSignBytes>{spaced(to_sign)}</StringToSignBytes>"
                   f"<CanonicalRequest>{escape(canonical)}</CanonicalRequest>"
                   f"<CanonicalRequestBytes>{spaced(canonical)}</CanonicalRequestBytes>")
        return self.send(403, f"<Error><Code>SignatureDoesNotMatch</Code><Message>{MESSAGE}</Message>"
                              f"{strings if self.strings else '<Key>k</Key><BucketName>bkt</BucketName>'}"
                              "<RequestId>4442587FB7D0A2F9</RequestId><HostId>abc</HostId></Error>")

    def send(self, status, body):
        body = ('<?xml version="1.0" encoding="UTF-8"?>\n' + body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amz-request-id", "4442587FB7D0A2F9")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

    def log_message(self, *_):
        pass


class Silent(S3):
    strings = False


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes everything on but what it changes: a table of header names and their new values."""

    protocol_version = "HTTP/1.1"
    changes = {}
    behind = 0

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        upstream = http.client.HTTPConnection("127.0.0.1", self.behind)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, self.changes.get(name.lower(), value))
        upstream.endheaders(body)
        answer = upstream.getresponse()
        text = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)
        upstream.close()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

    def log_message(self, *_):
        pass


def serve(handler, port=0):
    """Starts it on the loopback interface and returns its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def start(changes, ports=(0, 0, 0)):
    """The ports of a server that gives its strings, one that does not, and a proxy before the first."""
    s3 = serve(S3, ports[0])
    proxy = type("Changing", (Proxy,), {"changes": changes, "behind": s3})
    return s3, serve(Silent, ports[1]), serve(proxy, ports[2])


if __name__ == "__main__":
    print("S3, silent, proxy:", start({"accept-encoding": "gzip, br"}, (9911, 9912, 9913)))
    threading.Event().wait()
