//! The clients of this scheme that can be asked for a missing piece, and what to type.
//!
//! No line here puts a secret into an argument or a file, and what each line prints is of a shape that
//! intake reads. What each client prints is what its documentation or source says: the reference of the SDKs'
//! own logging and error types, and rclone's `--dump`, whose flags are joined by commas (a second `--dump`
//! replaces the first, `fs/bits.go`).

use super::reading::{self, Reading};
use crate::engine::diagnose::{Holder, NextStep, Piece};
use crate::engine::document::visible;
use crate::engine::intake::SignedRequest;
use crate::engine::scheme::View;

/// Marks of servers that never give their strings, at the head of an answer: to ask for them leads nowhere.
pub(super) const SILENT: &[&str] = &["server: minio"];

/// The host that a request lacks and that was signed: nothing can be computed rightly before it is here.
/// Proxies keep it in a header of their own.
pub(super) fn missing_host(
    view: &View<'_>,
    reading: &Reading,
    request: &SignedRequest,
) -> Option<NextStep> {
    let docs = &view.case.docs;
    let has = |name: &str| reading::header(docs, request, name).is_some();
    let is_signed = reading
        .names
        .iter()
        .any(|name| name.text.eq_ignore_ascii_case(b"host"));
    if !is_signed || request.target.authority.is_some() || has("host") || has(":authority") {
        return None;
    }
    let forwarded = reading::header(docs, request, FORWARDED_HOST)
        .map(|part| visible::to_string(&part.text))
        .filter(|host| !host.is_empty() && host.len() <= 253);
    let (sentence, host) = match forwarded {
        Some(host) => (
            format!(
                "The host is signed, and this paste has none: add the Host line as the client sent it. \
                 X-Forwarded-Host says {host}; try that first."
            ),
            host,
        ),
        None => (
            "The host is signed, and this paste has none: add the Host line as the client sent it."
                .to_owned(),
            "HOST".to_owned(),
        ),
    };
    Some(NextStep {
        sentence,
        party: "the request",
        snippet: format!("Host: {host}"),
    })
}

/// The request line that headers lack: nothing can be computed without it.
pub(super) fn missing_line() -> NextStep {
    NextStep {
        sentence: "Method and path are signed, and this paste has none: put the request line above the headers, as \
                   it was sent."
            .to_owned(),
        party: "the request",
        snippet: "GET /PATH?QUERY HTTP/1.1".to_owned(),
    }
}

/// Where a proxy keeps the Host that it received.
pub(super) const FORWARDED_HOST: &str = "x-forwarded-host";

/// Everybody; for each piece those met most often come first.
pub(super) const HOLDERS: &[Holder] = &[
    Holder {
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
    Holder {
        name: "AWS SDK for JavaScript v3",
        marks: &["aws-sdk-js/3"],
        piece: Piece::ServerStrings,
        sentence: "The error object holds the server's strings: print them and paste the output here.",
        snippet: r#"const esc = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;");
client.send(command).catch((err) => console.log("<Error>" + Object.entries(err)
  .filter(([k, v]) => /^\w+$/.test(k) && typeof v === "string")
  .map(([k, v]) => `<${k}>${esc(v)}</${k}>`).join("") + "</Error>"));"#,
    },
    Holder {
        name: "AWS SDK for JavaScript v2",
        marks: &["aws-sdk-nodejs/2", "aws-sdk-js/2"],
        piece: Piece::ServerStrings,
        sentence: "The response behind the error holds the server's answer: print its body and paste it here.",
        snippet: r"s3.getObject(params, function (err, data) {
  if (err) console.log(this.httpResponse.body.toString());
});",
    },
    Holder {
        name: "AWS SDK for Go v2",
        marks: &["aws-sdk-go-v2/"],
        piece: Piece::ServerStrings,
        sentence: "Log request and response of this client and paste the log here: it holds what was sent and the server's strings.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx,
    config.WithClientLogMode(aws.LogRequest|aws.LogResponseWithBody))",
    },
    Holder {
        name: "AWS SDK for Go v1",
        marks: &["aws-sdk-go/"],
        piece: Piece::ServerStrings,
        sentence: "Log request and response of this session and paste the log here: it holds what was sent and the server's strings.",
        snippet: r"sess := session.Must(session.NewSession(&aws.Config{
    LogLevel: aws.LogLevel(aws.LogDebugWithHTTPBody),
}))",
    },
    Holder {
        name: "AWS SDK for Java 2",
        marks: &["aws-sdk-java/2"],
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print it and paste it here.",
        snippet: r"} catch (AwsServiceException e) {
    System.out.println(e.awsErrorDetails().rawResponse().asUtf8String());
}",
    },
    Holder {
        name: "AWS SDK for Rust",
        marks: &["aws-sdk-rust/"],
        piece: Piece::ServerStrings,
        sentence: "The error holds the server's answer: print its body and paste it here.",
        snippet: r#"if let Err(err) = client.get_object().bucket(bucket).key(key).send().await {
    let body = err.raw_response().and_then(|r| r.body().bytes()).unwrap_or_default();
    println!("{}", String::from_utf8_lossy(body));
}"#,
    },
    Holder {
        name: "AWS SDK for PHP",
        marks: &["aws-sdk-php/"],
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print its body and paste it here.",
        snippet: r"} catch (Aws\Exception\AwsException $e) {
    echo $e->getResponse()->getBody();
}",
    },
    Holder {
        name: "AWS SDK for Ruby",
        marks: &["aws-sdk-ruby"],
        piece: Piece::ServerStrings,
        sentence: "The error holds the server's answer: print its body and paste it here.",
        snippet: r"rescue Aws::Errors::ServiceError => e
  puts e.context.http_response.body_contents",
    },
    Holder {
        name: "AWS SDK for .NET",
        marks: &["aws-sdk-dotnet"],
        piece: Piece::ServerStrings,
        sentence: "The exception of the S3 client holds the server's answer: print it and paste it here.",
        snippet: r"catch (AmazonS3Exception e)
{
    Console.WriteLine(e.ResponseBody);
}",
    },
    Holder {
        name: "AWS CLI",
        marks: &["aws-cli/"],
        piece: Piece::ServerStrings,
        sentence: "Run the failed command once more: these lines take the server's answer out of its debug log. Paste what they print.",
        snippet: r#"aws s3api get-object --bucket BUCKET --key KEY out --debug 2>&1 | grep '^b.<' | awk '{gsub(/\\n/, "\n")} 1'"#,
    },
    Holder {
        name: "rclone",
        marks: &["rclone/"],
        piece: Piece::ServerStrings,
        sentence: "Dump headers, bodies and the Authorization line, and paste the failed request with its answer.",
        snippet: r"rclone lsf REMOTE:BUCKET -vv --retries 1 --low-level-retries 1 --dump auth,bodies 2> rclone.log",
    },
    Holder {
        name: "any client",
        marks: &[],
        piece: Piece::ServerStrings,
        sentence: "A server that gives its strings gives them for any wrong signature: send the request again with one character of the signature changed.",
        snippet: r"curl -sS -i -X METHOD 'URL' -H 'Authorization: as sent, its last character changed' -H 'NAME: value'   # every other header as sent",
    },
    Holder {
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
    Holder {
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
    Holder {
        name: "AWS SDK for Go v2",
        marks: &["aws-sdk-go-v2/"],
        piece: Piece::Request,
        sentence: "Log the request and paste it here.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx, config.WithClientLogMode(aws.LogRequest))",
    },
    Holder {
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
    Holder {
        name: "AWS SDK for PHP",
        marks: &["aws-sdk-php/"],
        piece: Piece::Request,
        sentence: "The exception holds the request: print it and paste it here.",
        snippet: r"echo GuzzleHttp\Psr7\Message::toString($e->getRequest());",
    },
    Holder {
        name: "AWS SDK for Ruby",
        marks: &["aws-sdk-ruby"],
        piece: Piece::Request,
        sentence: "The error holds the request: print it and paste it here.",
        snippet: r##"r = e.context.http_request
puts "#{r.http_method} #{r.endpoint} HTTP/1.1"
r.headers.each { |k, v| puts "#{k}: #{v}" }"##,
    },
    Holder {
        name: "rclone",
        marks: &["rclone/"],
        piece: Piece::Request,
        sentence: "Dump the headers with the Authorization line and paste the failed request here.",
        snippet: r"rclone lsf REMOTE:BUCKET -vv --retries 1 --low-level-retries 1 --dump auth 2> rclone.log",
    },
];
