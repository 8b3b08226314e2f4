// What the AWS SDK for Java 2 holds: ENDPOINT WHAT, with the lines that sigscope shows for it.

import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import java.net.URI;

public class SdkV2 {
    public static void main(String[] args) {
        String what = args[1];
        if (what.equals("version")) {
            System.out.println(VersionInfo.SDK_VERSION);
            return;
        }
        S3ClientBuilder builder = S3Client.builder()
            .endpointOverride(URI.create(args[0]))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
            .httpClient(UrlConnectionHttpClient.create());
        if (what.equals("request")) {
            builder.overrideConfiguration(o -> o.addExecutionInterceptor(
                new ExecutionInterceptor() {
                    @Override public void beforeTransmission(
                            Context.BeforeTransmission c, ExecutionAttributes a) {
                        SdkHttpRequest r = c.httpRequest();
                        System.out.println(r.method() + " " + r.getUri() + " HTTP/1.1");
                        r.headers().forEach((k, vs) -> vs.forEach(
                            v -> System.out.println(k + ": " + v)));
                    }
                }));
        }
        try {
            builder.build().getObject(r -> r.bucket("bkt").key("a b.txt"));
        } catch (AwsServiceException e) {
            if (what.equals("error")) {
                System.out.println(e.awsErrorDetails().rawResponse().asUtf8String());
            }
        }
    }
}
