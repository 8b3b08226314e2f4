//! Who has the strings that the server made, in its answer.

use super::{AWS_CLI, BOTO3, GO_1, JAVA_1, PHP, PHP_2};
use crate::engine::diagnose::{Holder, Piece};

/// Clients, those met most often first.
pub(super) const HOLDERS: &[Holder] = &[
    Holder {
        name: "boto3",
        marks: BOTO3,
        piece: Piece::ServerStrings,
        sentence: "The exception holds what the server told, its strings too where it gave them: print it and paste the output here.",
        snippet: r#"try:
    ...  # the call that fails
except botocore.exceptions.ClientError as e:
    print(e.response["Error"])"#,
    },
    Holder {
        name: "AWS CLI",
        marks: AWS_CLI,
        piece: Piece::ServerStrings,
        sentence: "Run the failed command once more with its debug log, which holds what was signed and the server's answer, and paste the log here.",
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
        piece: Piece::ServerStrings,
        sentence: "The error holds what the server told, its strings too where it gave them: print it as JSON and paste the output here.",
        snippet: r"client.send(command).catch((err) => console.log(JSON.stringify(err)));",
    },
    Holder {
        name: "AWS SDK for JavaScript v2",
        marks: &[
            "aws-sdk-nodejs/2",
            "aws-sdk-js/2",
            "extendedrequestid: ",
            "request.extracterror",
        ],
        piece: Piece::ServerStrings,
        sentence: "The response behind the error holds the server's answer: print its body and paste it here.",
        snippet: r"s3.getObject(params, function (err) {
  if (err) console.log(this.httpResponse.body.toString());
});",
    },
    Holder {
        name: "AWS SDK for Go v2",
        marks: &[
            "aws-sdk-go-v2/",
            "https response error statuscode",
            "operation error ",
        ],
        piece: Piece::ServerStrings,
        sentence: "Let this client log what it signs and sends and what it is answered, and paste the log here.",
        snippet: r"cfg, err := config.LoadDefaultConfig(ctx, config.WithClientLogMode(
    aws.LogSigning|aws.LogRequest|aws.LogResponseWithBody))",
    },
    Holder {
        name: "AWS SDK for Go v1",
        marks: GO_1,
        piece: Piece::ServerStrings,
        sentence: "Let this session log what it signs and sends and what it is answered, and paste the log here.",
        snippet: r"sess := session.Must(session.NewSession(&aws.Config{LogLevel: aws.LogLevel(
    aws.LogDebugWithSigning | aws.LogDebugWithHTTPBody)}))",
    },
    Holder {
        name: "AWS SDK for Java 2",
        marks: &[
            "aws-sdk-java/2",
            "software.amazon.awssdk",
            ", status code: 403, request id",
        ],
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print it and paste it here.",
        snippet: r"} catch (AwsServiceException e) {
    System.out.println(e.awsErrorDetails().rawResponse().asUtf8String());
}",
    },
    Holder {
        name: "AWS SDK for Java 1",
        marks: JAVA_1,
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print it and paste it here.",
        // Only S3's client throws the first, and it alone keeps its answer there.
        snippet: r"} catch (AmazonS3Exception e) {   // of S3
    System.out.println(e.getErrorResponseXml());
} catch (AmazonServiceException e) {   // of any other service
    System.out.println(e.getRawResponseContent());
}",
    },
    Holder {
        name: "AWS SDK for Rust",
        marks: &[
            "aws-sdk-rust/",
            "aws_smithy",
            "unhandled(unhandled",
            "unhandled error (",
        ],
        piece: Piece::ServerStrings,
        sentence: "The error holds the server's answer: print its body and paste it here.",
        snippet: r#"if let Err(err) = client.get_object().bucket(b).key(k).send().await {
    let body = err.raw_response().and_then(|r| r.body().bytes());
    println!("{}", String::from_utf8_lossy(body.unwrap_or_default()));
}"#,
    },
    Holder {
        name: "AWS SDK for PHP",
        marks: PHP,
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print its body and paste it here.",
        snippet: r"} catch (Aws\Exception\AwsException $e) {
    echo $e->getResponse()->getBody();
}",
    },
    Holder {
        name: "AWS SDK for PHP 2",
        marks: PHP_2,
        piece: Piece::ServerStrings,
        sentence: "The exception holds the server's answer: print its body and paste it here.",
        // Its classes have other names than those of version 3, and its answers are Guzzle 3's.
        snippet: r"} catch (Aws\Common\Exception\ServiceResponseException $e) {
    echo $e->getResponse()->getBody(true);
}",
    },
    Holder {
        name: "AWS SDK for Ruby",
        marks: &["aws-sdk-ruby", "aws::s3::errors", "aws::errors"],
        piece: Piece::ServerStrings,
        sentence: "The error holds the server's answer: print its body and paste it here.",
        snippet: r"rescue Aws::Errors::ServiceError => e
  puts e.context.http_response.body_contents",
    },
    Holder {
        name: "AWS SDK for .NET",
        marks: &[
            "aws-sdk-dotnet",
            "amazon.s3.amazons3exception",
            "amazon.runtime",
        ],
        piece: Piece::ServerStrings,
        sentence: "Let the SDK log what it signs and what it is answered, before the client is made, and paste the log here.",
        snippet: r"var log = AWSConfigs.LoggingConfig;  // using Amazon;
log.LogTo = LoggingOptions.Console;
log.LogResponses = ResponseLoggingOption.OnError;
log.LogMetrics = true;",
    },
    Holder {
        name: "rclone",
        marks: &[
            "rclone/",
            "rclone: version",
            "http request (req 0x",
            "debug : rclone",
            // How it ends where a command failed, and the commands themselves.
            " notice: failed to ",
            " error : attempt ",
            "$ rclone ",
        ],
        piece: Piece::ServerStrings,
        sentence: "Dump a listing with its Authorization line and bodies, and paste the failed request with its answer.",
        snippet: r"rclone lsf REMOTE:BUCKET -vv --retries 1 --low-level-retries 1 \
  --dump auth,bodies 2> rclone.log",
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
        piece: Piece::ServerStrings,
        sentence: "Its debug log holds what was signed and the server's answer: paste all of it.",
        snippet: r"s3cmd -d ls s3://BUCKET 2> s3cmd.log",
    },
    Holder {
        name: "mc",
        marks: &["minio-go/", "mc: <"],
        piece: Piece::ServerStrings,
        sentence: "Its debug log holds the server's answer, with the strings of those servers that give them: paste all of it.",
        snippet: r"mc --debug ls ALIAS/BUCKET 2>&1 | tee mc.log",
    },
    Holder {
        name: "any client",
        marks: &[],
        piece: Piece::ServerStrings,
        sentence: "A server that gives its strings gives them for any wrong signature: send the request again with the last character of the signature changed.",
        snippet: r"# each header as it was sent, the date too
curl -sS -i -X METHOD 'URL' -H 'NAME: value' \
  -H 'Authorization: as sent, but for its last character'",
    },
];
