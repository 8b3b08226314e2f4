"""What boto3 holds and prints: ENDPOINT WHAT, with the lines that sigscope shows for it."""

import sys

import boto3
import botocore.exceptions
from botocore.config import Config

endpoint, what = sys.argv[1:]
config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, signature_version="s3v4")
client = boto3.client("s3", endpoint_url=endpoint, config=config)

if what == "log":
    boto3.set_stream_logger("botocore.auth")
if what in ("request", "upload"):
    def show(request, **_):
        print(request.method, request.url, "HTTP/1.1")
        for k, v in request.headers.items():
            print(f"{k}: {v if isinstance(v, str) else v.decode()}")
        if request.body:
            print("\n" + request.body.getvalue().decode(), end="")
    client.meta.events.register("before-send", show)
if what == "url":
    print(client.generate_presigned_url("get_object", Params={"Bucket": "bkt", "Key": "a b.txt"}))
    sys.exit()
try:
    if what == "upload":
        client.put_object(Bucket="bkt", Key="it's [1].txt", Body=b"it's [1] @x", ContentType="text/plain")
    else:
        client.get_object(Bucket="bkt", Key="a b.txt")
except botocore.exceptions.ClientError as e:
    if what == "error":
        print(e.response["Error"])
