// What the AWS SDK for Java 1 holds: ENDPOINT WHAT, with the lines that sigscope shows for it.

import com.amazonaws.ClientConfiguration;
import com.amazonaws.auth.EnvironmentVariableCredentialsProvider;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.s3.model.AmazonS3Exception;
import com.amazonaws.util.VersionInfoUtils;

public class SdkV1 {
    public static void main(String[] args) {
        if (args[0].equals("version")) {
            System.out.println(VersionInfoUtils.getVersion());
            return;
        }
        AmazonS3 s3 = AmazonS3ClientBuilder.standard()
            .withEndpointConfiguration(new EndpointConfiguration(args[0], "us-east-1"))
            .withClientConfiguration(new ClientConfiguration().withMaxErrorRetry(0))
            .withPathStyleAccessEnabled(true)
            .withCredentials(new EnvironmentVariableCredentialsProvider())
            .build();
        try {
            s3.getObject("bkt", "a b.txt");
        } catch (AmazonS3Exception e) {
            if (args[1].equals("error")) {
                System.out.println(e.getErrorResponseXml());
            }
        }
    }
}
