"""The tools, how each is found and run, and what its output must yield.

A row is a name, the program that must be there, a shell script, and the pieces. The script runs in a
directory of its own with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and

  $E  the endpoint          $H  host and port of it      $URL  a presigned URL of it
  $HERE  this directory     $PYTHON  the Python that runs this    $PORT  a free port, for a proxy

What it prints, standard error too, is pasted. Pieces: `request` the request with its signature, `server`
the strings that the server computed, `client` those that the client signed (`canonical`: the canonical
request alone).
"""

import subprocess

CONFIG = '''printf '[default]\\naccess_key = %s\\nsecret_key = %s\\nhost_base = %s\\nhost_bucket = %s\\nuse_https = False\\n' \\
  "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$H" "$H" > .s3cfg
'''
RCLONE = '''export RCLONE_CONFIG_R_TYPE=s3 RCLONE_CONFIG_R_PROVIDER=Other RCLONE_CONFIG_R_ENV_AUTH=true
export RCLONE_CONFIG_R_ENDPOINT=$E RCLONE_CONFIG_R_REGION=us-east-1
rclone lsf r:bkt -vv --retries 1 --low-level-retries 1 '''
KEYED = '''printf 'user = "%s:%s"\\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" |
  curl -K - -sS --aws-sigv4 aws:amz:us-east-1:s3 '''

NGINX = r'''cat > nginx.conf <<END
daemon off; pid nginx.pid; error_log stderr crit; events { }
http {
  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  log_format seen escape=none '\$request_method \$request_uri HTTP/1.1\n'
    'Host: \$http_host\nAuthorization: \$http_authorization\n'
    'x-amz-date: \$http_x_amz_date\n'
    '\n';
  access_log seen.log seen;
  server { listen 127.0.0.1:$PORT; location / { proxy_pass $E; } }
}
END
nginx -p . -c nginx.conf & proxy=$!
'''
HAPROXY = r'''cat > haproxy.cfg <<END
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend seen
  bind 127.0.0.1:$PORT
  log stdout format raw local0
  http-request set-var(txn.seen) req.hdrs
  log-format "%HM %HU %HV\n%[var(txn.seen)]"
  default_backend s3
backend s3
  http-request set-header Host behind.example
  server s3 $H
END
haproxy -f haproxy.cfg > seen.log & proxy=$!
'''
THROUGH = '''for _ in 1 2 3 4 5 6 7 8 9 10; do
  %s -o answer "http://127.0.0.1:$PORT/bkt/a%%20b.txt" 2> error && break
  sleep 0.2
done
kill $proxy; wait $proxy; cat seen.log
''' % KEYED

TOOLS = [
    ("curl -i", "curl", 'curl -sS -i "$URL"', {"server"}),
    ("curl -v", "curl", 'curl -v "$URL"', {"request", "server"}),
    ("curl -v that signs", "curl", KEYED + '-v "$E/bkt/a%20b.txt"', {"request", "server"}),
    ("curl --trace-ascii", "curl", 'curl -sS --trace-ascii - -o answer "$URL"', {"request"}),
    ("wget", "wget", 'wget -d --content-on-error -O - "$URL"', {"request", "server"}),
    ("HTTPie", "http", 'http --ignore-stdin -v "$URL"', {"request", "server"}),
    ("AWS CLI", "aws", '''export BOTO_DISABLE_CRT=true AWS_MAX_ATTEMPTS=1
aws --endpoint-url "$E" s3api get-object --bucket bkt --key 'a b.txt' out --debug''', {"server", "client"}),
    ("boto3: exception", "boto3", '"$PYTHON" "$HERE/scripts/boto3_client.py" "$E" error', {"server"}),
    ("boto3: request", "boto3", '"$PYTHON" "$HERE/scripts/boto3_client.py" "$E" request', {"request"}),
    ("boto3: log", "boto3", 'BOTO_DISABLE_CRT=true "$PYTHON" "$HERE/scripts/boto3_client.py" "$E" log', {"client"}),
    ("s3cmd", "s3cmd", CONFIG + "s3cmd -c .s3cfg -d ls s3://bkt", {"server", "canonical"}),
    ("rclone: headers", "rclone", RCLONE + "--dump auth", {"request"}),
    ("rclone: bodies", "rclone", RCLONE + "--dump auth,bodies", {"request", "server"}),
    ("SDK for Ruby: error", "aws-sdk-s3", 'ruby "$HERE/scripts/sdk.rb" "$E" error', {"server"}),
    ("SDK for Ruby: request", "aws-sdk-s3", 'ruby "$HERE/scripts/sdk.rb" "$E" request', {"request"}),
    ("SDK for Ruby: signer", "aws-sdk-s3", 'ruby "$HERE/scripts/sdk.rb" "$E" log', {"client"}),
    ("SDK for JavaScript: error", "@aws-sdk/client-s3", 'cd "$NODE"; node "$HERE/scripts/sdk_v3.mjs" "$E" error', {"server"}),
    ("SDK for JavaScript: request", "@aws-sdk/client-s3", 'cd "$NODE"; node "$HERE/scripts/sdk_v3.mjs" "$E" request', {"request"}),
    ("SDK for JavaScript: signer", "@aws-sdk/client-s3", 'cd "$NODE"; node "$HERE/scripts/sdk_v3.mjs" "$E" log', {"client"}),
    ("nginx", "nginx", NGINX + THROUGH, {"request"}),
    ("HAProxy", "haproxy", HAPROXY + THROUGH, {"request"}),
]

# How what is no program on the search path is found: a command that fails without it.
FINDERS = {
    "boto3": '"$PYTHON" -c "import boto3; print(boto3.__version__)"',
    "aws-sdk-s3": 'ruby -e \'require "aws-sdk-s3"; puts Aws::S3::GEM_VERSION\'',
    "@aws-sdk/client-s3": 'cd "$NODE"; node -p \'require("@aws-sdk/client-s3/package.json").version\'',
    "s3cmd": "s3cmd --version",
    "aws": "aws --version",
    "rclone": "rclone version",
    "http": "http --version",
    "curl": "curl --version",
    "wget": "wget --version",
    "nginx": "nginx -v 2>&1",
    "haproxy": "haproxy -v",
}


def version(program, env):
    """The first line of what tells its version; None where it is not here."""
    done = subprocess.run(["sh", "-c", FINDERS[program]], env=env, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    return lines[0][:60] if done.returncode == 0 and lines else None
