"""The tools, how each is found and run, and what its output must yield.

A row is a name, the program that must be there, a shell script, and the pieces. The script runs in a
directory of its own with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and

  $E  the endpoint          $H  host and port of it      $URL  a presigned URL of it
  $PHP_SDK, $JAVA_1, $JAVA_2, $JAVA_2_PREFIX, $DOTNET  where those SDKs are: the options of run.py
  $HERE  this directory     $PYTHON  the Python that runs this    $PORT  a free port, for a proxy

What it prints, standard error too, is pasted. Pieces: `request` the request with its signature, `server`
the strings that the server computed, `client` those that the client signed (`canonical`: the canonical
request alone).
"""

import subprocess
import tempfile

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
ENVOY = r'''cat > envoy.yaml <<END
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: $PORT}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: seen
          access_log:
          - name: envoy.access_loggers.stdout
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
              log_format:
                text_format_source:
                  inline_string: |
                    %REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% HTTP/1.1
                    Host: %REQ(X-ENVOY-ORIGINAL-HOST?:AUTHORITY)%
                    Authorization: %REQ(AUTHORIZATION)%
                    x-amz-date: %REQ(x-amz-date)%
          route_config:
            virtual_hosts:
            - {name: s3, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: s3, host_rewrite_literal: behind.example}}]}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: s3
    load_assignment:
      cluster_name: s3
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${H#*:}}}}}]}]
END
envoy -c envoy.yaml --concurrency 1 --disable-hot-restart -l off > seen.log & proxy=$!
'''
THROUGH = '''for _ in $(seq 40); do
  %s -o answer "http://127.0.0.1:$PORT/bkt/a%%20b.txt" 2> error && break
  sleep 0.2
done
kill $proxy; wait $proxy; cat seen.log
''' % KEYED

MC = '''export MC_HOST_t="http://$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY@$H"
export MC_HOSTS_t="$MC_HOST_t"
mc --config-dir . --debug ls t/bkt'''
JAVA_1 = '''printf 'log4j.rootLogger=OFF, A\nlog4j.appender.A=org.apache.log4j.ConsoleAppender\n' > log4j.properties
printf 'log4j.appender.A.layout=org.apache.log4j.PatternLayout\nlog4j.appender.A.layout.ConversionPattern=%%d %%c - %%m%%n\n' >> log4j.properties
cat >> log4j.properties <<END
{lines}
END
unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE
java -cp "$JAVA_1:." "$HERE/scripts/SdkV1.java" "$E" {what}'''
# A jar that holds other people's packages may have renamed them.
JAVA_2 = '''sed "s/software[.]amazon[.]awssdk/${{JAVA_2_PREFIX}}&/" "$HERE/scripts/SdkV2.java" > SdkV2.java
java -Dorg.slf4j.simpleLogger.defaultLogLevel=off \\
  -Dorg.slf4j.simpleLogger.log.${{JAVA_2_PREFIX}}software.amazon.awssdk.http.auth.aws={level} \\
  -cp "$JAVA_2" SdkV2.java "$E" {what}'''
DOTNET = '''mcs -r:/usr/lib/mono/4.5/Facades/netstandard.dll -r:"$DOTNET/AWSSDK.Core.dll" -r:"$DOTNET/AWSSDK.S3.dll" \\
  -out:sdk.exe "$HERE/scripts/sdk.cs" && MONO_PATH="$DOTNET" mono sdk.exe "$E" '''

TOOLS = [
    ("curl -i", "curl", 'curl -sS -i "$URL"', {"server"}),
    ("curl -v", "curl", 'curl -v "$URL"', {"request", "server"}),
    ("curl -v that signs", "curl", KEYED + '-v "$E/bkt/a%20b.txt"', {"request", "server"}),
    ("curl that prints what it signs", "curl 8.14", KEYED + '-v "$E/bkt/a%20b.txt"', {"request", "server", "client"}),
    ("curl --trace-ascii", "curl", 'curl -sS --trace-ascii - -o answer "$URL"', {"request", "server"}),
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
    ("SDK for PHP: error", "aws-sdk-php", 'php "$HERE/scripts/sdk.php" "$E" error', {"server"}),
    ("SDK for PHP: request", "aws-sdk-php", 'php "$HERE/scripts/sdk.php" "$E" request', {"request"}),
    ("SDK for Java 1: error", "aws-java-sdk", JAVA_1.format(what="error", lines=""), {"server"}),
    ("SDK for Java 1: request", "aws-java-sdk", JAVA_1.format(what="log", lines="log4j.logger.org.apache.http.headers=DEBUG\n"
     "log4j.logger.com.amazonaws.thirdparty.apache.http.headers=DEBUG"), {"request"}),
    ("SDK for Java 1: signer", "aws-java-sdk", JAVA_1.format(what="log", lines="log4j.logger.com.amazonaws.auth.AWS4Signer=DEBUG\n"
     "log4j.logger.com.amazonaws.services.s3.internal.AWSS3V4Signer=DEBUG"), {"client"}),
    ("SDK for Java 2: error", "awssdk for Java", JAVA_2.format(what="error", level="off"), {"server"}),
    ("SDK for Java 2: request", "awssdk for Java", JAVA_2.format(what="request", level="off"), {"request"}),
    ("SDK for Java 2: signer", "awssdk for Java", JAVA_2.format(what="log", level="debug"), {"client"}),
    ("SDK for .NET: log", "AWSSDK.S3", DOTNET + "log", {"server", "client"}),
    ("SDK for .NET: signer", "AWSSDK.S3", DOTNET + "signer", {"client"}),
    ("mc", "mc", MC, {"server"}),
    ("Chromium", "playwright-core", 'cd "$NODE"; node "$HERE/scripts/chromium.mjs" "$URL" "$PORT"', {"request", "server"}),
    ("Firefox", "marionette_driver", '"$PYTHON" "$HERE/scripts/firefox.py" "$URL" "$PORT"', {"request", "server"}),
    ("Envoy", "envoy", ENVOY + THROUGH, {"request"}),
    ("nginx", "nginx", NGINX + THROUGH, {"request"}),
    ("HAProxy", "haproxy", HAPROXY + THROUGH, {"request"}),
]

# What a probe is shown for: a command that prints a request at hand.
PROBED = [
    ("probe of a request", '"$PYTHON" "$HERE/scripts/boto3_client.py" "$E" request'),
    ("probe of an upload", '"$PYTHON" "$HERE/scripts/boto3_client.py" "$E" upload'),
    ("probe of a URL", 'printf "%s\\n" "$URL"'),
    ("probe with a token", '"$PYTHON" "$HERE/scripts/boto3_client.py" "$E" request'),
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
    "curl 8.14": 'v=$(curl --version | sed -n "1s/curl 8[.]\\([0-9]*\\).*/\\1/p"); [ "$v" -ge 14 ] && [ "$v" -le 20 ] && curl --version',
    "aws-sdk-php": """php -r 'require getenv("PHP_SDK"); echo Aws\\Sdk::VERSION;'""",
    "aws-java-sdk": 'java -cp "$JAVA_1" "$HERE/scripts/SdkV1.java" version',
    "awssdk for Java": JAVA_2.format(what="version", level="off"),
    "AWSSDK.S3": DOTNET + "version",
    "mc": "mc --version | grep '^mc version'",
    "playwright-core": 'chromium --version && cd "$NODE" && node -e \'require("playwright-core")\'',
    "marionette_driver": '"$PYTHON" -c "import marionette_driver" && ${FIREFOX:-firefox-esr} --version',
    "envoy": "envoy --version | grep version",
    "nginx": "nginx -v 2>&1",
    "haproxy": "haproxy -v",
}


def version(program, env):
    """The first line of what tells its version; None where it is not here."""
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(["sh", "-c", FINDERS[program]], env={**env, "HOME": directory}, cwd=directory,
                              capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    return lines[0][:60] if done.returncode == 0 and lines else None
