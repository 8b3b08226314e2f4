//! Who has the request as it is sent.

use super::{BOTO3, GO_1, JAVA_1, PHP};
use crate::engine::diagnose::{Holder, Piece};

/// Clients, those met most often first.
pub(super) const HOLDERS: &[Holder] = &[
    Holder {
        name: "boto3",
        marks: BOTO3,
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
        marks: &[
            "aws-sdk-js/3",
            "$metadata",
            "deserializeaws_",
            "@aws-sdk/client-",
        ],
        piece: Piece::Request,
        sentence: "Print the request as it is sent and paste it here.",
        snippet: r#"client.middlewareStack.add((next) => async (args) => {
  const { method, path, query, headers } = args.request;
  const enc = (s) => encodeURIComponent(s).replace(/[!'()*]/g,
    (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
  const pairs = Object.entries(query ?? {}).flatMap(([k, v]) =>
    [v].flat().map((v) => enc(k) + "=" + enc(v ?? "")));
  const target = [path, pairs.join("&")].filter(Boolean).join("?");
  console.log(`${method} ${target} HTTP/1.1`);
  for (const [k, v] of Object.entries(headers)) console.log(`${k}: ${v}`);
  return next(args);
}, { step: "deserialize", priority: "low", name: "show" });"#,
    },
    Holder {
        name: "AWS SDK for JavaScript v2",
        marks: &[
            "aws-sdk-nodejs/2",
            "aws-sdk-js/2",
            "extendedrequestid: ",
            "request.extracterror",
        ],
        piece: Piece::Request,
        sentence: "The response behind the error holds the request: print it and paste it here.",
        snippet: r"s3.getObject(params, function (err) {
  const r = this.request.httpRequest;
  console.log(`${r.method} ${r.path} HTTP/1.1`);
  for (const [k, v] of Object.entries(r.headers)) console.log(`${k}: ${v}`);
});",
    },
    Holder {
        name: "AWS SDK for Go v2",
        marks: &[
            "aws-sdk-go-v2/",
            "https response error statuscode",
            "operation error ",
        ],
        piece: Piece::Request,
        sentence: "Let this client log the request and paste it here.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx,
    config.WithClientLogMode(aws.LogRequest))",
    },
    Holder {
        name: "AWS SDK for Go v1",
        marks: GO_1,
        piece: Piece::Request,
        sentence: "Let this session log the request and paste it here.",
        snippet: r"sess := session.Must(session.NewSession(&aws.Config{
    LogLevel: aws.LogLevel(aws.LogDebug)}))",
    },
    Holder {
        name: "AWS SDK for Java 2",
        marks: &[
            "aws-sdk-java/2",
            "software.amazon.awssdk",
            ", status code: 403, request id",
        ],
        piece: Piece::Request,
        sentence: "Print the request as it is sent and paste it here.",
        snippet: r#".overrideConfiguration(o -> o.addExecutionInterceptor(
    new ExecutionInterceptor() {
        @Override public void beforeTransmission(
                Context.BeforeTransmission c, ExecutionAttributes a) {
            SdkHttpRequest r = c.httpRequest();
            System.out.println(r.method() + " " + r.getUri() + " HTTP/1.1");
            r.headers().forEach((k, vs) -> vs.forEach(
                v -> System.out.println(k + ": " + v)));
        }
    }))"#,
    },
    Holder {
        name: "AWS SDK for Java 1",
        marks: JAVA_1,
        piece: Piece::Request,
        sentence: "Let the HTTP client log the headers that it sends and paste the log here.",
        snippet: r"# log4j.properties
log4j.logger.org.apache.http.headers=DEBUG",
    },
    Holder {
        name: "AWS SDK for Rust",
        marks: &[
            "aws-sdk-rust/",
            "aws_smithy",
            "unhandled(unhandled",
            "unhandled error (",
        ],
        piece: Piece::Request,
        sentence: "Print the request as it is sent and paste it here.",
        snippet: r#"#[derive(Debug)]
struct Show;  // .interceptor(Show) on the client's config
impl Intercept for Show {
    fn name(&self) -> &'static str { "show" }
    fn read_before_transmit(&self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents, _: &mut ConfigBag) -> Result<(), BoxError> {
        let r = context.request();
        println!("{} {} HTTP/1.1", r.method(), r.uri());
        r.headers().iter().for_each(|(k, v)| println!("{k}: {v}"));
        Ok(())
    }
}"#,
    },
    Holder {
        name: "AWS SDK for PHP",
        marks: PHP,
        piece: Piece::Request,
        sentence: "The exception holds the request: print it and paste it here.",
        snippet: r"echo GuzzleHttp\Psr7\Message::toString($e->getRequest());",
    },
    Holder {
        name: "AWS SDK for Ruby",
        marks: &["aws-sdk-ruby", "aws::s3::errors", "aws::errors"],
        piece: Piece::Request,
        sentence: "The error holds the request: print it and paste it here.",
        snippet: r##"r = e.context.http_request
puts "#{r.http_method} #{r.endpoint} HTTP/1.1"
r.headers.each { |k, v| puts "#{k}: #{v}" }"##,
    },
    Holder {
        name: "rclone",
        marks: &[
            "rclone/",
            "rclone: version",
            "http request (req 0x",
            "debug : rclone",
            " notice: failed to ",
            " error : attempt ",
            "$ rclone ",
        ],
        piece: Piece::Request,
        sentence: "Dump the headers with the Authorization line and paste the failed request here.",
        snippet: r"rclone lsf REMOTE:BUCKET -vv --retries 1 --low-level-retries 1 \
  --dump auth 2> rclone.log",
    },
];
