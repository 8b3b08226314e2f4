// What the AWS SDK for .NET logs: ENDPOINT WHAT, with the lines that sigscope shows for it.

using System;
using System.Diagnostics;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

class Sdk {
    static void Main(string[] args) {
        if (args[1] == "version") {
            Console.WriteLine(FileVersionInfo.GetVersionInfo(typeof(AmazonS3Client).Assembly.Location).FileVersion);
            return;
        }
        var log = AWSConfigs.LoggingConfig;
        log.LogTo = LoggingOptions.Console;
        if (args[1] == "log") {
            log.LogResponses = ResponseLoggingOption.OnError;
        }
        log.LogMetrics = true;
        var key = new BasicAWSCredentials(
            Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY"));
        var client = new AmazonS3Client(key, new AmazonS3Config {
            ServiceURL = args[0], ForcePathStyle = true, MaxErrorRetry = 0, AuthenticationRegion = "us-east-1" });
        try {
            client.GetObjectAsync("bkt", "a b.txt").GetAwaiter().GetResult();
        } catch (AmazonS3Exception) {
        }
    }
}
