//! Host names, by what is signed for them.

use proptest::prelude::*;

use super::*;

/// Service, region and bucket of a host: `s3 eu-west-1 my.bucket`, with `-` for what it leaves open.
fn read(host: &str) -> String {
    let Some(found) = implied(host) else {
        return "none".to_owned();
    };
    let style = match &found.style {
        Style::Plain => String::new(),
        Style::Path => " path".to_owned(),
        Style::VirtualHosted { bucket } => format!(" {bucket}"),
        Style::AccessPoint => " access-point".to_owned(),
        Style::Website => " website".to_owned(),
    };
    format!(
        "{} {}{style}",
        found.service.as_deref().unwrap_or("-"),
        found.region.as_deref().unwrap_or("-"),
    )
}

fn holds(cases: &[(&str, &str)]) {
    for (host, wanted) in cases {
        assert_eq!(read(host), *wanted, "{host}");
    }
}

#[test]
fn signing_names_that_differ_from_the_endpoint() {
    holds(&[
        ("email.eu-west-1.amazonaws.com", "ses eu-west-1"),
        ("monitoring.us-east-2.amazonaws.com", "monitoring us-east-2"),
        ("data-ats.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
        ("data.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
        (
            "a1b2c3d4e5f6g7-ats.iot.us-east-1.amazonaws.com",
            "iotdata us-east-1",
        ),
        ("iot.us-east-1.amazonaws.com", "iot us-east-1"),
        (
            "data.jobs.iot.eu-west-1.amazonaws.com",
            "iot-jobs-data eu-west-1",
        ),
        (
            "c1b2c3d4e5f6g7.credentials.iot.us-east-1.amazonaws.com",
            "- us-east-1",
        ),
        (
            "api.tunneling.iot.us-east-1.amazonaws.com",
            "IoTSecuredTunneling us-east-1",
        ),
        (
            "runtime.sagemaker.us-west-2.amazonaws.com",
            "sagemaker us-west-2",
        ),
        (
            "api.sagemaker.us-west-2.amazonaws.com",
            "sagemaker us-west-2",
        ),
        (
            "bedrock-runtime.us-east-1.amazonaws.com",
            "bedrock us-east-1",
        ),
        (
            "bedrock-agent-runtime.us-east-1.amazonaws.com",
            "bedrock us-east-1",
        ),
        ("api.ecr.us-east-1.amazonaws.com", "ecr us-east-1"),
        (
            "123456789012.dkr.ecr.us-east-1.amazonaws.com",
            "- us-east-1",
        ),
        (
            "streams.dynamodb.us-east-1.amazonaws.com",
            "dynamodb us-east-1",
        ),
        (
            "123456789012.ddb.us-east-1.amazonaws.com",
            "dynamodb us-east-1",
        ),
        ("models.lex.us-east-1.amazonaws.com", "lex us-east-1"),
        ("runtime.lex.us-east-1.amazonaws.com", "lex us-east-1"),
        (
            "metering.marketplace.us-east-1.amazonaws.com",
            "aws-marketplace us-east-1",
        ),
        (
            "entitlement.marketplace.us-east-1.amazonaws.com",
            "aws-marketplace us-east-1",
        ),
        (
            "pinpoint.us-east-1.amazonaws.com",
            "mobiletargeting us-east-1",
        ),
        ("appstream2.us-east-1.amazonaws.com", "appstream us-east-1"),
        ("oidc.us-east-1.amazonaws.com", "sso-oauth us-east-1"),
        (
            "portal.sso.us-east-1.amazonaws.com",
            "awsssoportal us-east-1",
        ),
        (
            "participant.connect.us-east-1.amazonaws.com",
            "execute-api us-east-1",
        ),
        ("memory-db.us-east-1.amazonaws.com", "memorydb us-east-1"),
        (
            "ingest.timestream.us-east-1.amazonaws.com",
            "timestream us-east-1",
        ),
        (
            "query-cell2.timestream.us-east-1.amazonaws.com",
            "timestream us-east-1",
        ),
        ("messaging-chime.us-east-1.amazonaws.com", "chime us-east-1"),
        ("search-logs-abc.eu-west-1.es.amazonaws.com", "es eu-west-1"),
        ("es.eu-west-1.amazonaws.com", "es eu-west-1"),
        ("search-logs-abc.aos.eu-west-1.on.aws", "es eu-west-1"),
        ("abc123.us-east-1.aoss.amazonaws.com", "aoss us-east-1"),
        ("aoss.us-east-1.amazonaws.com", "aoss us-east-1"),
        (
            "abc123.execute-api.us-east-1.amazonaws.com",
            "execute-api us-east-1",
        ),
        ("abc123.lambda-url.us-east-1.on.aws", "lambda us-east-1"),
        ("aps-workspaces.us-east-1.amazonaws.com", "aps us-east-1"),
        (
            "svc-0a.7d67968.vpc-lattice-svcs.us-west-2.on.aws",
            "vpc-lattice-svcs us-west-2",
        ),
        (
            "db.cluster-abc.us-east-1.neptune.amazonaws.com",
            "neptune-db us-east-1",
        ),
        (
            "abc.appsync-api.us-east-1.amazonaws.com",
            "appsync us-east-1",
        ),
        (
            "abc.appsync-realtime-api.us-east-1.amazonaws.com",
            "appsync us-east-1",
        ),
        (
            "mydb.abcdef.us-east-1.rds.amazonaws.com",
            "rds-db us-east-1",
        ),
        ("rds.us-east-1.amazonaws.com", "rds us-east-1"),
        (
            "mydb.abcdef.rds.cn-north-1.amazonaws.com.cn",
            "rds-db cn-north-1",
        ),
        ("abc.dsql.us-east-1.on.aws", "dsql us-east-1"),
    ]);
}

#[test]
fn names_that_a_host_also_accepts_are_no_contradiction() {
    let iot = implied("a1b2c3d4e5f6g7-ats.iot.us-east-1.amazonaws.com").unwrap();
    assert!(!iot.contradicts_service("iotdata"));
    assert!(!iot.contradicts_service("iotdevicegateway"));
    assert!(iot.contradicts_service("iot"));
    let kafka = implied("kafka.us-east-1.amazonaws.com").unwrap();
    assert!(!kafka.contradicts_service("kafka-cluster"));
    let r2 = implied("abc.r2.cloudflarestorage.com").unwrap();
    assert!(!r2.contradicts_region("auto") && !r2.contradicts_region("us-east-1"));
    assert!(r2.contradicts_region("eu-west-1"));
    let open = implied("s3.amazonaws.com").unwrap();
    assert!(!open.contradicts_region("eu-central-1"));
    assert!(open.contradicts_service("es"));
}

#[test]
fn every_form_of_s3() {
    holds(&[
        ("s3.eu-west-1.amazonaws.com", "s3 eu-west-1 path"),
        ("s3-eu-west-1.amazonaws.com", "s3 eu-west-1 path"),
        ("b.s3-eu-west-1.amazonaws.com", "s3 eu-west-1 b"),
        ("b.s3.eu-west-1.amazonaws.com", "s3 eu-west-1 b"),
        (
            "my.dotted.bucket.s3.eu-west-1.amazonaws.com",
            "s3 eu-west-1 my.dotted.bucket",
        ),
        ("s3.s3.amazonaws.com", "s3 - s3"),
        (
            "us-east-1.s3.eu-west-1.amazonaws.com",
            "s3 eu-west-1 us-east-1",
        ),
        ("s3.amazonaws.com", "s3 - path"),
        ("b.s3.amazonaws.com", "s3 - b"),
        ("s3-external-1.amazonaws.com", "s3 us-east-1 path"),
        ("s3.dualstack.eu-west-1.amazonaws.com", "s3 eu-west-1 path"),
        ("b.s3.dualstack.eu-west-1.amazonaws.com", "s3 eu-west-1 b"),
        (
            "s3-fips.us-gov-west-1.amazonaws.com",
            "s3 us-gov-west-1 path",
        ),
        (
            "s3-fips.dualstack.us-east-1.amazonaws.com",
            "s3 us-east-1 path",
        ),
        (
            "b.s3-fips-us-gov-west-1.amazonaws.com",
            "s3 us-gov-west-1 b",
        ),
        ("s3.cn-north-1.amazonaws.com.cn", "s3 cn-north-1 path"),
        (
            "b.s3.cn-northwest-1.amazonaws.com.cn",
            "s3 cn-northwest-1 b",
        ),
        ("b.s3.us-iso-east-1.c2s.ic.gov", "s3 us-iso-east-1 b"),
        ("b.s3.eusc-de-east-1.amazonaws.eu", "s3 eusc-de-east-1 b"),
        ("b.s3-accelerate.amazonaws.com", "s3 - b"),
        ("b.s3-accelerate.dualstack.amazonaws.com", "s3 - b"),
        (
            "b.s3-website-us-east-1.amazonaws.com",
            "s3 us-east-1 website",
        ),
        (
            "b.s3-website.eu-central-1.amazonaws.com",
            "s3 eu-central-1 website",
        ),
        (
            "ap-1234.s3-accesspoint.eu-west-1.amazonaws.com",
            "s3 eu-west-1 access-point",
        ),
        (
            "ap-1234.s3-accesspoint.dualstack.eu-west-1.amazonaws.com",
            "s3 eu-west-1 access-point",
        ),
        (
            "ap-1234.s3-accesspoint-fips.us-east-1.amazonaws.com",
            "s3 us-east-1 access-point",
        ),
        (
            "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com",
            "s3 - access-point",
        ),
        ("1234.s3-control.eu-west-1.amazonaws.com", "s3 eu-west-1"),
        (
            "1234.s3-control.dualstack.eu-west-1.amazonaws.com",
            "s3 eu-west-1",
        ),
        (
            "ap-1.op-01ac.s3-outposts.us-west-2.amazonaws.com",
            "s3-outposts us-west-2 access-point",
        ),
        (
            "x-1.s3-object-lambda.us-west-2.amazonaws.com",
            "s3-object-lambda us-west-2 access-point",
        ),
        (
            "b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com",
            "s3express us-west-2 b--usw2-az1--x-s3",
        ),
        (
            "s3express-control.us-west-2.amazonaws.com",
            "s3express us-west-2 path",
        ),
        (
            "bucket.vpce-0e25-1a.s3.us-east-1.vpce.amazonaws.com",
            "s3 us-east-1 path",
        ),
        (
            "my.b.bucket.vpce-0e25-1a.s3.us-east-1.vpce.amazonaws.com",
            "s3 us-east-1 my.b",
        ),
        (
            "accesspoint.vpce-0e25-1a.s3.us-east-1.vpce.amazonaws.com",
            "s3 us-east-1 access-point",
        ),
        (
            "control.vpce-0e25-1a.s3.us-east-1.vpce.amazonaws.com",
            "s3 us-east-1",
        ),
        ("s3tables.us-east-1.amazonaws.com", "s3tables us-east-1"),
        ("s3vectors.us-east-1.api.aws", "s3vectors us-east-1"),
    ]);
}

#[test]
fn partitions_dual_stack_fips_interface_and_old_endpoints() {
    holds(&[
        ("ec2.cn-north-1.amazonaws.com.cn", "ec2 cn-north-1"),
        ("ec2.us-isob-east-1.sc2s.sgov.gov", "ec2 us-isob-east-1"),
        ("ec2.eu-isoe-west-1.cloud.adc-e.uk", "ec2 eu-isoe-west-1"),
        ("ec2.us-isof-south-1.csp.hci.ic.gov", "ec2 us-isof-south-1"),
        ("ec2.eusc-de-east-1.amazonaws.eu", "ec2 eusc-de-east-1"),
        ("lambda.us-east-1.api.aws", "lambda us-east-1"),
        (
            "ec2.cn-north-1.api.amazonwebservices.com.cn",
            "ec2 cn-north-1",
        ),
        ("kms-fips.us-east-1.amazonaws.com", "kms us-east-1"),
        (
            "runtime-fips.sagemaker.us-east-1.amazonaws.com",
            "sagemaker us-east-1",
        ),
        ("ecr-fips.us-east-1.amazonaws.com", "ecr us-east-1"),
        ("fips.batch.us-east-1.amazonaws.com", "batch us-east-1"),
        (
            "vpce-0a-b.sqs.us-east-1.vpce.amazonaws.com",
            "sqs us-east-1",
        ),
        (
            "vpce-0a-b-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com",
            "execute-api us-east-1",
        ),
        ("us-west-2.queue.amazonaws.com", "sqs us-west-2"),
        ("queue.amazonaws.com", "sqs us-east-1"),
        // A region that opened after the table was made.
        ("sqs.ap-southeast-9.amazonaws.com", "sqs ap-southeast-9"),
    ]);
    let partition = |host| implied(host).unwrap().partition.unwrap();
    assert_eq!(partition("ec2.us-gov-west-1.amazonaws.com"), "aws-us-gov");
    assert_eq!(partition("ec2.us-east-1.amazonaws.com"), "aws");
    assert_eq!(partition("iam.us-gov.amazonaws.com"), "aws-us-gov");
    assert_eq!(partition("s3.cn-north-1.amazonaws.com.cn"), "aws-cn");
}

#[test]
fn global_services_are_signed_for_their_home_region() {
    holds(&[
        ("iam.amazonaws.com", "iam us-east-1"),
        ("sts.amazonaws.com", "sts us-east-1"),
        ("sts.eu-west-1.amazonaws.com", "sts eu-west-1"),
        ("cloudfront.amazonaws.com", "cloudfront us-east-1"),
        ("route53.amazonaws.com", "route53 us-east-1"),
        ("route53.amazonaws.com.cn", "route53 cn-northwest-1"),
        ("iam.cn-north-1.amazonaws.com.cn", "iam cn-north-1"),
        ("iam.us-gov.amazonaws.com", "iam us-gov-west-1"),
        ("budgets.amazonaws.com", "budgets us-east-1"),
        ("waf.amazonaws.com", "waf us-east-1"),
        ("global.health.amazonaws.com", "health us-east-1"),
    ]);
}

#[test]
fn other_vendors_only_as_far_as_they_state_it() {
    holds(&[
        ("abc.r2.cloudflarestorage.com", "s3 auto path"),
        ("abc.eu.r2.cloudflarestorage.com", "s3 auto path"),
        ("bkt.abc.r2.cloudflarestorage.com", "s3 auto bkt"),
        ("s3.us-west-004.backblazeb2.com", "s3 us-west-004 path"),
        ("b.s3.us-west-004.backblazeb2.com", "s3 us-west-004 b"),
        ("f004.backblazeb2.com", "none"),
        ("s3.wasabisys.com", "s3 us-east-1 path"),
        ("b.s3.eu-central-1.wasabisys.com", "s3 eu-central-1 b"),
        ("nyc3.digitaloceanspaces.com", "s3 nyc3 path"),
        ("b.nyc3.digitaloceanspaces.com", "s3 nyc3 b"),
        ("b.nyc3.cdn.digitaloceanspaces.com", "none"),
        ("s3.fr-par.scw.cloud", "s3 fr-par path"),
        ("b.s3.nl-ams.scw.cloud", "s3 nl-ams b"),
        ("storage.googleapis.com", "s3 - path"),
        ("b.storage.googleapis.com", "s3 - b"),
        ("s3.gra.io.cloud.ovh.net", "s3 gra path"),
        (
            "ns.compat.objectstorage.us-ashburn-1.oraclecloud.com",
            "s3 us-ashburn-1 path",
        ),
    ]);
    assert!(!implied("abc.r2.cloudflarestorage.com").unwrap().is_aws());
}

#[test]
fn ports_case_and_a_final_dot_do_not_matter() {
    holds(&[
        ("S3.EU-West-1.AmazonAWS.com:443", "s3 eu-west-1 path"),
        ("sqs.us-east-1.amazonaws.com.", "sqs us-east-1"),
        (" sqs.us-east-1.amazonaws.com ", "sqs us-east-1"),
    ]);
}

#[test]
fn what_is_not_sure_stays_open() {
    for host in [
        "",
        ".",
        ":",
        ":80",
        "localhost:9000",
        "127.0.0.1:9000",
        "10.0.0.1",
        "[::1]:9000",
        "::1",
        "minio.internal",
        "example.com",
        "amazonaws.com",
        "us-east-1.amazonaws.com",
        "nots3.example.amazonaws.com.evil.example",
        "evilamazonaws.com",
        "ec2-1-2-3-4.us-west-2.compute.amazonaws.com",
        "x-123.us-east-1.elb.amazonaws.com",
        "a..amazonaws.com",
        "s3.amazonaws.com:port",
        "s3 .amazonaws.com",
        "é.amazonaws.com",
    ] {
        assert_eq!(implied(host), None, "{host}");
    }
    holds(&[("unheard-of.us-east-1.amazonaws.com", "- us-east-1")]);
}

#[test]
fn the_tables_are_whole() {
    assert!(TABLES.services.len() > 400);
    assert!(TABLES.regions.len() > 40);
    assert!(TABLES.global_hosts.len() > 50);
    assert!(TABLES.compatible.len() > 15);
    for (region, partition) in &TABLES.regions {
        let shaped = REGION_SHAPES
            .iter()
            .find(|(prefix, _)| region.starts_with(prefix));
        assert_eq!(shaped.map(|(_, p)| p), Some(partition), "{region}");
    }
    for host in TABLES.global_hosts.keys() {
        assert!(implied(host).is_some_and(|i| i.is_aws()), "{host}");
    }
}

proptest! {
    #[test]
    fn no_name_is_too_odd(host in "[a-z0-9.:\\[\\]%é -]{0,40}(amazonaws\\.com|\\.api\\.aws|wasabisys\\.com)?") {
        let _ = implied(&host);
    }
}
