//! Who can be asked for a missing piece, how to tell that they are at hand, and what to type.
//!
//! No line here puts a secret into an argument or a file. What each client prints is what its
//! documentation or source says: the reference of the SDKs' own logging and error types, `curl`'s
//! release notes (8.14), rclone's `--dump`, MinIO's `mc admin trace`, nginx's `log_format`.

/// A piece that may be missing.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Piece {
    /// The server's canonical request and string to sign.
    ServerStrings,
    /// The signer's canonical request and string to sign.
    SignerStrings,
    /// The request as it was sent.
    Request,
}

/// Somebody who has a piece.
#[derive(Copy, Clone, Debug)]
pub(super) struct Party {
    /// Who.
    pub(super) name: &'static str,
    /// Lower-case marks in a User-Agent or at the head of an answer that tell of it.
    pub(super) marks: &'static [&'static str],
    /// What it has.
    pub(super) piece: Piece,
    /// What to do, in one sentence.
    pub(super) sentence: &'static str,
    /// The lines.
    pub(super) snippet: &'static str,
}

/// A server that never gives its strings: asking its clients for them leads nowhere, but it shows the
/// request as it saw it.
pub(super) const WITHOUT_STRINGS: &str = "MinIO server";

/// Everybody; for each piece those met most often come first.
pub(super) const PARTIES: &[Party] = &[
    Party {
        name: "boto3",
        marks: &["boto3/", "botocore/"],
        piece: Piece::ServerStrings,
        sentence: "boto3 holds the server's strings in the exception: print them as they are and paste the output here.",
        snippet: r#"from xml.sax.saxutils import escape
try:
    ...  # the call that fails
except botocore.exceptions.ClientError as e:
    print("<Error>", *(f"<{k}>{escape(str(v))}</{k}>" for k, v in e.response["Error"].items()), "</Error>", sep="")"#,
    },
    Party {
        name: "AWS SDK for JavaScript v3",
        marks: &["aws-sdk-js/3"],
        piece: Piece::ServerStrings,
        sentence: "The error object holds the server's strings: print them and paste the output here.",
        snippet: r#"const esc = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;");
client.send(command).catch((err) => console.log("<Error>" + Object.entries(err)
  .filter(([k, v]) => /^\w+$/.test(k) && typeof v === "string")
  .map(([k, v]) => `<${k}>${esc(v)}</${k}>`).join("") + "</Error>"));"#,
    },
    Party {
        name: "AWS SDK for JavaScript v2",
        marks: &["aws-sdk-nodejs/2", "aws-sdk-js/2"],
        piece: Piece::ServerStrings,
        sentence: "The response behind the error holds the server's answer: print its body and paste it here.",
        snippet: r"s3.getObject(params, function (err, data) {
  if (err) console.log(this.httpResponse.body.toString());
});",
    },
    Party {
        name: "AWS SDK for Go v2",
        marks: &["aws-sdk-go-v2/"],
        piece: Piece::ServerStrings,
        sentence: "Log signing, request and response for this client and paste the log here: it holds both sides' strings.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx,
    config.WithClientLogMode(aws.LogSigning|aws.LogRequest|aws.LogResponseWithBody))",
    },
    Party {
        name: "AWS SDK for Go v1",
        marks: &["aws-sdk-go/"],
        piece: Piece::ServerStrings,
        sentence: "Log signing, request and response for this session and paste the log here: it holds both sides' strings.",
        snippet: r"sess := session.Must(session.NewSession(&aws.Config{
    LogLevel: aws.LogLevel(aws.LogDebugWithSigning | aws.LogDebugWithHTTPBody),
}))",
    },
    Party {
        name: "AWS SDK for Java 2",
        marks: &["aws-sdk-java/2"],
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print it and paste it here.",
        snippet: r"} catch (AwsServiceException e) {
    System.out.println(e.awsErrorDetails().rawResponse().asUtf8String());
}",
    },
    Party {
        name: "AWS SDK for Rust",
        marks: &["aws-sdk-rust/"],
        piece: Piece::ServerStrings,
        sentence: "The error holds the server's answer: print its body and paste it here.",
        snippet: r#"if let Err(err) = client.get_object().bucket(bucket).key(key).send().await {
    let body = err.raw_response().and_then(|r| r.body().bytes()).unwrap_or_default();
    println!("{}", String::from_utf8_lossy(body));
}"#,
    },
    Party {
        name: "AWS SDK for PHP",
        marks: &["aws-sdk-php/"],
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print its body and paste it here.",
        snippet: r"} catch (Aws\Exception\AwsException $e) {
    echo $e->getResponse()->getBody();
}",
    },
    Party {
        name: "AWS SDK for Ruby",
        marks: &["aws-sdk-ruby"],
        piece: Piece::ServerStrings,
        sentence: "The error holds the server's answer: print its body and paste it here.",
        snippet: r"rescue Aws::Errors::ServiceError => e
  puts e.context.http_response.body_contents",
    },
    Party {
        name: "AWS SDK for .NET",
        marks: &["aws-sdk-dotnet"],
        piece: Piece::ServerStrings,
        sentence: "The exception of the S3 client holds the server's answer: print it and paste it here.",
        snippet: r"catch (AmazonS3Exception e)
{
    Console.WriteLine(e.ResponseBody);
}",
    },
    Party {
        name: "AWS CLI",
        marks: &["aws-cli/"],
        piece: Piece::ServerStrings,
        sentence: "Run the command once more with --debug and paste the log here: it holds what was signed and the server's answer.",
        snippet: r"aws s3api get-object --bucket BUCKET --key KEY out --debug 2> debug.log",
    },
    Party {
        name: "curl",
        marks: &["curl/"],
        piece: Piece::ServerStrings,
        sentence: "Show the server's whole answer, headers and body, and paste it here.",
        snippet: r"curl -sS -i 'URL' -H 'NAME: value'   # every header as it was sent",
    },
    Party {
        name: "rclone",
        marks: &["rclone/"],
        piece: Piece::ServerStrings,
        sentence: "Dump headers, bodies and the Authorization line, and paste the failed request with its answer.",
        snippet: r"rclone lsf REMOTE:BUCKET -vv --retries 1 --low-level-retries 1 --dump auth --dump bodies 2> rclone.log",
    },
    Party {
        name: "s3cmd",
        marks: &["s3cmd"],
        piece: Piece::ServerStrings,
        sentence: "Run the command once more with -d: it prints the server's answer and what s3cmd signed.",
        snippet: r"s3cmd -d ls s3://BUCKET 2> s3cmd.log",
    },
    Party {
        name: "browser",
        marks: &["mozilla/"],
        piece: Piece::ServerStrings,
        sentence: "The browser keeps the server's answer although a page may not show it: copy it and paste it here.",
        snippet: r"DevTools > Network > the failed request > Response",
    },
    Party {
        name: "any client",
        marks: &[],
        piece: Piece::ServerStrings,
        sentence: "A server that gives its strings gives them for any wrong signature: send the request again with one character of the signature changed.",
        snippet: r"curl -sS -i -X METHOD 'URL' -H 'Authorization: as sent, its last character changed' -H 'NAME: value'   # every other header as sent",
    },
    Party {
        name: "boto3",
        marks: &["boto3/", "botocore/"],
        piece: Piece::SignerStrings,
        sentence: "Log what botocore signs and paste the lines here.",
        snippet: r#"boto3.set_stream_logger("botocore.auth")"#,
    },
    Party {
        name: "AWS CLI",
        marks: &["aws-cli/"],
        piece: Piece::SignerStrings,
        sentence: "The debug log holds what the CLI signed: paste the lines of botocore.auth.",
        snippet: r"aws s3 ls s3://BUCKET --debug 2> debug.log",
    },
    Party {
        name: "AWS SDK for Go v2",
        marks: &["aws-sdk-go-v2/"],
        piece: Piece::SignerStrings,
        sentence: "Log what is signed and paste the lines here.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx, config.WithClientLogMode(aws.LogSigning))",
    },
    Party {
        name: "AWS SDK for Java 2",
        marks: &["aws-sdk-java/2"],
        piece: Piece::SignerStrings,
        sentence: "Log what is signed (here with Log4j 2) and paste the lines here.",
        snippet: r#"<Logger name="software.amazon.awssdk.http.auth" level="DEBUG"/>
<Logger name="software.amazon.awssdk.auth" level="DEBUG"/>"#,
    },
    Party {
        name: "AWS SDK for Rust",
        marks: &["aws-sdk-rust/"],
        piece: Piece::SignerStrings,
        sentence: "Log what is signed and paste the lines here (tracing-subscriber with its env-filter feature).",
        snippet: r"tracing_subscriber::fmt::init();   // then: RUST_LOG=aws_sigv4=trace cargo run",
    },
    Party {
        name: "curl",
        marks: &["curl/"],
        piece: Piece::SignerStrings,
        sentence: "From version 8.14 on curl prints what it signs: run it with -v, the key coming in on standard input.",
        snippet: r#"curl -v --aws-sigv4 "aws:amz:REGION:SERVICE" -K - 'URL' <<< "user = \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"""#,
    },
    Party {
        name: "s3cmd",
        marks: &["s3cmd"],
        piece: Piece::SignerStrings,
        sentence: "Run the command once more with -d: it prints the canonical request it signs.",
        snippet: r"s3cmd -d ls s3://BUCKET 2> s3cmd.log",
    },
    Party {
        name: "boto3",
        marks: &["boto3/", "botocore/"],
        piece: Piece::Request,
        sentence: "Print the request as it is sent and paste it here.",
        snippet: r#"def show(request, **_):
    print(request.method, request.url, "HTTP/1.1")
    for k, v in request.headers.items():
        print(f"{k}: {v if isinstance(v, str) else v.decode()}")
client.meta.events.register("before-send", show)"#,
    },
    Party {
        name: "AWS SDK for JavaScript v3",
        marks: &["aws-sdk-js/3"],
        piece: Piece::Request,
        sentence: "Print the request as it is sent and paste it here.",
        snippet: r#"import { buildQueryString } from "@smithy/querystring-builder";
client.middlewareStack.add((next) => (args) => {
  const r = args.request, q = buildQueryString(r.query ?? {});
  console.log(`${r.method} ${r.path}${q ? "?" + q : ""} HTTP/1.1`);
  for (const [k, v] of Object.entries(r.headers)) console.log(`${k}: ${v}`);
  return next(args);
}, { step: "deserialize", priority: "low", name: "show" });"#,
    },
    Party {
        name: "AWS SDK for Go v2",
        marks: &["aws-sdk-go-v2/"],
        piece: Piece::Request,
        sentence: "Log the request and paste it here.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx, config.WithClientLogMode(aws.LogRequest))",
    },
    Party {
        name: "AWS SDK for Java 2",
        marks: &["aws-sdk-java/2"],
        piece: Piece::Request,
        sentence: "Print the request as it is sent and paste it here.",
        snippet: r#".overrideConfiguration(o -> o.addExecutionInterceptor(new ExecutionInterceptor() {
    @Override public void beforeTransmission(Context.BeforeTransmission c, ExecutionAttributes a) {
        System.out.println(c.httpRequest().method() + " " + c.httpRequest().getUri() + " HTTP/1.1");
        c.httpRequest().headers().forEach((k, vs) -> vs.forEach(v -> System.out.println(k + ": " + v)));
    }
}))"#,
    },
    Party {
        name: "AWS SDK for PHP",
        marks: &["aws-sdk-php/"],
        piece: Piece::Request,
        sentence: "The exception holds the request: print it and paste it here.",
        snippet: r"echo GuzzleHttp\Psr7\Message::toString($e->getRequest());",
    },
    Party {
        name: "AWS SDK for Ruby",
        marks: &["aws-sdk-ruby"],
        piece: Piece::Request,
        sentence: "The error holds the request: print it and paste it here.",
        snippet: r##"r = e.context.http_request
puts "#{r.http_method} #{r.endpoint} HTTP/1.1"
r.headers.each { |k, v| puts "#{k}: #{v}" }"##,
    },
    Party {
        name: "curl",
        marks: &["curl/"],
        piece: Piece::Request,
        sentence: "Show the request as it is sent and paste the lines with > here.",
        snippet: r"curl -v 'URL' 2>&1 | grep '^[<>]'",
    },
    Party {
        name: "rclone",
        marks: &["rclone/"],
        piece: Piece::Request,
        sentence: "Dump the headers with the Authorization line and paste the failed request here.",
        snippet: r"rclone lsf REMOTE:BUCKET -vv --retries 1 --low-level-retries 1 --dump auth 2> rclone.log",
    },
    Party {
        name: "browser",
        marks: &["mozilla/"],
        piece: Piece::Request,
        sentence: "Copy the request's headers (in Firefox) and paste them here.",
        snippet: r"DevTools > Network > right-click the failed request > Copy Value > Copy Request Headers",
    },
    Party {
        name: "MinIO server",
        marks: &["server: minio"],
        piece: Piece::Request,
        sentence: "MinIO prints each request as it saw it, which is what it verified: paste the refused one.",
        snippet: r"mc admin trace --verbose --status-code 403 ALIAS",
    },
    Party {
        name: "nginx",
        marks: &["server: nginx", "server: openresty"],
        piece: Piece::Request,
        sentence: "Let nginx log the request as the client sent it, before nginx changed it.",
        snippet: r"# in http { }; add a line for each signed header
log_format seen escape=none '$request_method $request_uri HTTP/1.1\nHost: $http_host\nAuthorization: $http_authorization\n';
access_log /var/log/nginx/seen.log seen;",
    },
];
