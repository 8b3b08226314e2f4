//! Who has the strings that the client signed.

use super::{AWS_CLI, BOTO3, GO_1, JAVA_1};
use crate::engine::diagnose::{Holder, Piece};

/// Clients, those met most often first.
pub(super) const HOLDERS: &[Holder] = &[
    Holder {
        name: "boto3",
        marks: BOTO3,
        piece: Piece::ClientStrings,
        sentence: "botocore logs what it signs, if it signs in Python: run with BOTO_DISABLE_CRT=true and paste the log here.",
        snippet: r#"# BOTO_DISABLE_CRT=true python your_script.py
boto3.set_stream_logger("botocore.auth")"#,
    },
    Holder {
        name: "AWS CLI",
        marks: AWS_CLI,
        piece: Piece::ClientStrings,
        sentence: "The debug log holds what was signed: paste all of it.",
        snippet: r"BOTO_DISABLE_CRT=true aws COMMAND ... --debug 2> aws.log",
    },
    Holder {
        name: "AWS SDK for JavaScript v3",
        marks: &[
            "aws-sdk-js/3",
            "$metadata",
            "deserializeaws_",
            "@aws-sdk/client-",
        ],
        piece: Piece::ClientStrings,
        sentence: "Let the signer print what it signs and paste it here.",
        snippet: r#"let v4 = await client.config.signer();
v4 = v4.sigv4Signer ?? v4;
while (!Object.hasOwn(v4, "createStringToSign"))
  v4 = Object.getPrototypeOf(v4);
const sign = v4.createStringToSign;
v4.createStringToSign = async function (date, scope, request, ...rest) {
  const text = await sign.call(this, date, scope, request, ...rest);
  console.log("CanonicalRequest:\n" + request + "\nStringToSign:\n" + text);
  return text;
};"#,
    },
    Holder {
        name: "AWS SDK for JavaScript v2",
        marks: &[
            "aws-sdk-nodejs/2",
            "aws-sdk-js/2",
            "extendedrequestid: ",
            "request.extracterror",
        ],
        piece: Piece::ClientStrings,
        sentence: "Let the signer print what it signs and paste it here.",
        snippet: r#"const v4 = AWS.Signers.V4.prototype, sign = v4.stringToSign;
v4.stringToSign = function (date) {
  const text = sign.call(this, date);
  console.log("CanonicalRequest:\n" + this.canonicalString());
  console.log("StringToSign:\n" + text);
  return text;
};"#,
    },
    Holder {
        name: "AWS SDK for Go v2",
        marks: &[
            "aws-sdk-go-v2/",
            "https response error statuscode",
            "operation error ",
        ],
        piece: Piece::ClientStrings,
        sentence: "Let this client log what it signs and paste the log here.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx,
    config.WithClientLogMode(aws.LogSigning|aws.LogRequest))",
    },
    Holder {
        name: "AWS SDK for Go v1",
        marks: GO_1,
        piece: Piece::ClientStrings,
        sentence: "Let this session log what it signs and paste the log here.",
        snippet: r"sess := session.Must(session.NewSession(&aws.Config{
    LogLevel: aws.LogLevel(aws.LogDebugWithSigning)}))",
    },
    Holder {
        name: "AWS SDK for Java 2",
        marks: &[
            "aws-sdk-java/2",
            "software.amazon.awssdk",
            ", status code: 403, request id",
        ],
        piece: Piece::ClientStrings,
        sentence: "Let the signers log what they sign and paste the log here.",
        snippet: r"# log4j2.properties
logger.signer.name = software.amazon.awssdk.http.auth.aws
logger.signer.level = debug
logger.old.name = software.amazon.awssdk.auth.signer
logger.old.level = debug",
    },
    Holder {
        name: "AWS SDK for Java 1",
        marks: JAVA_1,
        piece: Piece::ClientStrings,
        sentence: "Let the signer log what it signs and paste the log here.",
        snippet: r"# log4j.properties
log4j.logger.com.amazonaws.auth.AWS4Signer=DEBUG
log4j.logger.com.amazonaws.services.s3.internal.AWSS3V4Signer=DEBUG",
    },
    Holder {
        name: "AWS SDK for Rust",
        marks: &[
            "aws-sdk-rust/",
            "aws_smithy",
            "unhandled(unhandled",
            "unhandled error (",
        ],
        piece: Piece::ClientStrings,
        sentence: "Let the signer log what it signs and paste the log here.",
        snippet: r#"tracing_subscriber::fmt().with_ansi(false)
    .with_env_filter("aws_sigv4=trace").init();"#,
    },
    Holder {
        name: "AWS SDK for Ruby",
        marks: &["aws-sdk-ruby", "aws::s3::errors", "aws::errors"],
        piece: Piece::ClientStrings,
        sentence: "Let the signer print what it signs and paste it here.",
        snippet: r#"Aws::Sigv4::Signer.prepend(Module.new do
  def sign_request(request) = super.tap do |s|
    puts "CanonicalRequest:", s.canonical_request
    puts "StringToSign:", s.string_to_sign
  end
end)"#,
    },
    Holder {
        name: "AWS SDK for .NET",
        marks: &[
            "aws-sdk-dotnet",
            "amazon.s3.amazons3exception",
            "amazon.runtime",
        ],
        piece: Piece::ClientStrings,
        sentence: "Let the SDK log what it signs, before the client is made, and paste the log here.",
        snippet: r"var log = AWSConfigs.LoggingConfig;  // using Amazon;
log.LogTo = LoggingOptions.Console;
log.LogMetrics = true;",
    },
    Holder {
        name: "curl",
        marks: &["curl/"],
        piece: Piece::ClientStrings,
        sentence: "Where curl itself signs, it prints with -v what it sent and, from version 8.14 on, what it signed; the secret goes in by standard input.",
        snippet: r#"printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" |
  curl -K - -sS -v --aws-sigv4 aws:amz:REGION:SERVICE 'URL'"#,
    },
    Holder {
        name: "s3cmd",
        marks: &[
            "s3cmd version",
            "error: s3 error: ",
            "debug: errorxml: ",
            "debug: response:\n{'",
            "debug: signature-v4 headers: ",
            "debug: get_hostname(",
        ],
        piece: Piece::ClientStrings,
        sentence: "Its debug log holds what was signed: paste all of it.",
        snippet: r"s3cmd -d ls s3://BUCKET 2> s3cmd.log",
    },
];
