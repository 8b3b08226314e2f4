<?php
// What the AWS SDK for PHP holds: ENDPOINT WHAT, with the lines that sigscope shows for it.
error_reporting(E_ALL & ~E_DEPRECATED);
require getenv("PHP_SDK");

[, $endpoint, $what] = $argv;
$client = new Aws\S3\S3Client(["version" => "latest", "region" => "us-east-1", "endpoint" => $endpoint,
    "use_path_style_endpoint" => true, "retries" => 0]);
try {
    $client->getObject(["Bucket" => "bkt", "Key" => "a b.txt"]);
} catch (Aws\Exception\AwsException $e) {
    if ($what == "error") {
        echo $e->getResponse()->getBody();
    } else {
        echo GuzzleHttp\Psr7\Message::toString($e->getRequest());
    }
}
