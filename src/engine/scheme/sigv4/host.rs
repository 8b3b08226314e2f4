//! What a host name implies of the service and region its requests are signed for.
//!
//! Owns the reading of endpoint names, from the tables under `assets/`. What it says is only *compared*
//! with a credential scope, never put in its place; so whatever a name leaves open stays open here.
//! It must not know requests.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How a host name addresses what is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Style {
    /// A service without buckets, or an endpoint of S3 that takes none (S3 Control).
    Plain,
    /// A storage endpoint: the bucket, if any, is the first segment of the path.
    Path,
    /// A storage endpoint with the bucket (dots and all) in front of it.
    VirtualHosted {
        /// The bucket.
        bucket: String,
    },
    /// An access point, an object lambda or an outpost: its name stands in front.
    AccessPoint,
    /// A website endpoint: it takes no signatures.
    Website,
}

/// What a host name implies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Implied {
    /// The service name of the scope; none where the name does not tell.
    pub service: Option<String>,
    /// Other service names that requests to this host may be signed for.
    pub also_services: &'static [&'static str],
    /// The region of the scope; none where the name does not tell.
    pub region: Option<String>,
    /// Other regions this host accepts.
    pub also_regions: Vec<&'static str>,
    /// The AWS partition (`aws`, `aws-cn`); none where the host is not one of AWS.
    pub partition: Option<&'static str>,
    /// Whose host it is: `AWS`, `Cloudflare R2`.
    pub vendor: &'static str,
    /// How it addresses buckets.
    pub style: Style,
}

impl Implied {
    /// Whether AWS runs this host.
    pub fn is_aws(&self) -> bool {
        self.partition.is_some()
    }

    /// Whether this host is known to refuse a scope with this service name.
    pub fn contradicts_service(&self, service: &str) -> bool {
        self.service.as_deref().is_some_and(|own| own != service)
            && !self.also_services.contains(&service)
    }

    /// Whether this host is known to refuse a scope with this region.
    pub fn contradicts_region(&self, region: &str) -> bool {
        self.region.as_deref().is_some_and(|own| own != region)
            && !self.also_regions.contains(&region)
    }

    fn aws(partition: &'static str) -> Self {
        Self {
            service: None,
            also_services: &[],
            region: None,
            also_regions: Vec::new(),
            partition: Some(partition),
            vendor: "AWS",
            style: Style::Plain,
        }
    }

    fn signed(mut self, service: &str, region: Option<&str>) -> Self {
        self.service = Some(service.to_owned());
        self.region = region.map(str::to_owned);
        self
    }

    fn with(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// What `host` implies; none for an address, a private name, or any host not known here.
///
/// `host` is the value of a Host header or the authority of a URL: a port, any case and a final dot
/// are allowed.
pub fn implied(host: &str) -> Option<Implied> {
    let host = bare(host)?;
    if let Some((service, region)) = TABLES.global_hosts.get(host.as_str()) {
        let (_, partition) = partition_of(&host)?;
        let partition = partition_of_region(region).unwrap_or(partition);
        return Some(Implied::aws(partition).signed(service, Some(region)));
    }
    if let Some((rest, partition)) = partition_of(&host) {
        let labels: Vec<&str> = rest.split('.').collect();
        if labels.iter().any(|label| label.is_empty()) {
            return None;
        }
        return aws(&labels, partition);
    }
    compatible(&host)
}

/// Whether this is the name of a region that AWS has, or shaped as its regions are.
pub fn is_aws_region(region: &str) -> bool {
    partition_of_region(region).is_some()
}

/// Lower case, without a port or a final dot; none for an address or what is no name at all.
fn bare(host: &str) -> Option<String> {
    let host = host.trim();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        Some(_) => return None,
        None => host,
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_name = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    let is_address = name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (is_name && !is_address && name.len() <= 255).then(|| name.to_ascii_lowercase())
}

// --- AWS ---------------------------------------------------------------------------------------

/// DNS suffixes of the partitions, those of dual-stack endpoints among them. A suffix shared by
/// partitions is told apart by the region. Source: partitions and endpoints files of botocore.
const SUFFIXES: &[(&str, &str)] = &[
    ("amazonaws.com.cn", "aws-cn"),
    ("amazonaws.com", "aws"),
    ("amazonaws.eu", "aws-eusc"),
    ("c2s.ic.gov", "aws-iso"),
    ("sc2s.sgov.gov", "aws-iso-b"),
    ("cloud.adc-e.uk", "aws-iso-e"),
    ("csp.hci.ic.gov", "aws-iso-f"),
    ("api.aws", "aws"),
    ("on.aws", "aws"),
    ("api.amazonwebservices.com.cn", "aws-cn"),
    ("on.amazonwebservices.com.cn", "aws-cn"),
    ("api.amazonwebservices.eu", "aws-eusc"),
    ("on.amazonwebservices.eu", "aws-eusc"),
    ("api.aws.ic.gov", "aws-iso"),
    ("api.aws.scloud", "aws-iso-b"),
    ("api.cloud-aws.adc-e.uk", "aws-iso-e"),
    ("api.aws.hci.ic.gov", "aws-iso-f"),
];

/// What stands before a partition's suffix, and the partition.
fn partition_of(host: &str) -> Option<(&str, &'static str)> {
    SUFFIXES.iter().find_map(|(suffix, partition)| {
        let rest = host.strip_suffix(suffix)?.strip_suffix('.')?;
        Some((rest, *partition))
    })
}

/// How the regions of a partition begin; what follows is one word and a number.
/// Source: the region patterns of botocore's partitions file.
const REGION_SHAPES: &[(&str, &str)] = &[
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
    ("cn-", "aws-cn"),
    ("us-", "aws"),
    ("eu-", "aws"),
    ("ap-", "aws"),
    ("sa-", "aws"),
    ("ca-", "aws"),
    ("me-", "aws"),
    ("af-", "aws"),
    ("il-", "aws"),
    ("mx-", "aws"),
];

/// The partition of a region: by the table, else by its shape, so that a new region is one too.
fn partition_of_region(region: &str) -> Option<&'static str> {
    if let Some(partition) = TABLES.regions.get(region) {
        return Some(partition);
    }
    REGION_SHAPES.iter().find_map(|(prefix, partition)| {
        let rest = region.strip_prefix(prefix)?;
        // A sovereign region names its country first: eusc-de-east-1.
        let rest = match *partition {
            "aws-eusc" => rest.split_once('-')?.1,
            _ => rest,
        };
        let (word, number) = rest.split_once('-')?;
        let shaped = !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_alphabetic())
            && !number.is_empty()
            && number.len() <= 2
            && number.bytes().all(|b| b.is_ascii_digit());
        shaped.then_some(*partition)
    })
}

/// Services whose hosts hold the region before the service, with what they are signed for. Each has
/// a name of the customer's own in front. Source: schemes of those services' endpoints (OpenSearch,
/// CloudSearch, RDS and Neptune user guides; aws4's host parsing for es and aoss).
const REGION_FIRST: &[(&str, &str)] = &[
    ("es", "es"),
    ("aoss", "aoss"),
    ("cloudsearch", "cloudsearch"),
    ("rds", "rds-db"),
    ("neptune", "neptune-db"),
    ("neptune-graph", "neptune-graph"),
];

/// Reads the labels before a partition's suffix.
fn aws(labels: &[&str], partition: &'static str) -> Option<Implied> {
    // vpce-0123-abcd.s3.us-east-1.vpce.amazonaws.com: the last label says how the host is reached, one
    // of the first names the endpoint.
    let (labels, vpce) = match labels.split_last() {
        Some((&"vpce", rest)) => (rest, true),
        _ => (labels, false),
    };
    let (last, before) = labels.split_last()?;
    if let Some(found) = regionless_storage(last, before, partition) {
        return Some(found);
    }
    if let Some(of_region) = partition_of_region(last) {
        let (before, own) = split_endpoint(before, vpce);
        return storage(before, own, last, of_region)
            .or_else(|| regional(before, last, of_region))
            // The region is plain even where the service is not; but a bare region is no endpoint.
            .or_else(|| {
                (!before.is_empty()).then(|| Implied {
                    region: own.is_empty().then(|| (*last).to_owned()),
                    ..Implied::aws(of_region)
                })
            });
    }
    if let Some((region, front)) = before.split_last()
        && let Some(of_region) = partition_of_region(region)
    {
        if !front.is_empty()
            && let Some((_, service)) = REGION_FIRST.iter().find(|(label, _)| label == last)
        {
            return Some(Implied::aws(of_region).signed(service, Some(region)));
        }
        // us-west-2.queue.amazonaws.com, us-west-2.elasticmapreduce.amazonaws.com.
        let service = front.is_empty().then(|| service_of(last)).flatten();
        return Some(match service {
            Some(service) => Implied::aws(of_region).signed(service, Some(region)),
            // A load balancer or a machine: a name of AWS, but the service behind it is anybody's.
            None => return None,
        });
    }
    let service = service_of(&labels.join("."))?;
    Some(Implied::aws(partition).signed(service, None))
}

/// Splits the labels before the region into those of the endpoint and, for an interface endpoint, the
/// ones in front of its `vpce-…` label. Without such a label the second half is empty.
fn split_endpoint<'a>(before: &'a [&'a str], vpce: bool) -> (&'a [&'a str], &'a [&'a str]) {
    let at = before.iter().position(|label| label.starts_with("vpce-"));
    match (vpce, at) {
        (true, Some(at)) => (
            before.get(at + 1..).unwrap_or_default(),
            before.get(..at).unwrap_or_default(),
        ),
        _ => (before, &[]),
    }
}

/// `path` without a bucket in front, virtual-hosted with one.
fn bucket_style(bucket: &[&str]) -> Style {
    if bucket.is_empty() {
        Style::Path
    } else {
        Style::VirtualHosted {
            bucket: bucket.join("."),
        }
    }
}

/// Storage hosts in whose names the region stands nowhere, or within a label.
fn regionless_storage(last: &str, before: &[&str], partition: &'static str) -> Option<Implied> {
    let s3 = |region: Option<&str>| {
        let partition = region.and_then(partition_of_region).unwrap_or(partition);
        Implied::aws(partition).signed("s3", region)
    };
    // The old global endpoint answers for every region, and the bucket's own must be signed.
    if last == "s3" || last == "s3-accelerate" {
        return Some(s3(None).with(bucket_style(before)));
    }
    if last == "s3-external-1" {
        return Some(s3(Some("us-east-1")).with(bucket_style(before)));
    }
    if last == "dualstack"
        && let Some((&"s3-accelerate", bucket)) = before.split_last()
    {
        return Some(s3(None).with(bucket_style(bucket)));
    }
    // Multi-region access points are signed with SigV4A for a set of regions.
    if last == "s3-global" && before.last() == Some(&"accesspoint") {
        return Some(s3(None).with(Style::AccessPoint));
    }
    if let Some(region) = last.strip_prefix("s3-website-")
        && is_aws_region(region)
    {
        return Some(s3(Some(region)).with(Style::Website));
    }
    if let Some(region) = last
        .strip_prefix("s3-")
        .filter(|r| is_aws_region(r))
        .or_else(|| last.strip_prefix("s3-fips-").filter(|r| is_aws_region(r)))
    {
        return Some(s3(Some(region)).with(bucket_style(before)));
    }
    None
}

/// Storage hosts with the region behind the endpoint's label. `own` is what stood in front of an
/// interface endpoint's name.
fn storage(
    before: &[&str],
    own: &[&str],
    region: &str,
    partition: &'static str,
) -> Option<Implied> {
    let before = match before.split_last() {
        Some((&"dualstack", rest)) => rest,
        _ => before,
    };
    let (label, front) = before.split_last()?;
    let label = label.strip_suffix("-fips").unwrap_or(label);
    let (service, style) = match label {
        "s3" => match own.split_last() {
            Some((&"bucket", bucket)) => ("s3", bucket_style(bucket)),
            Some((&"accesspoint", _)) => ("s3", Style::AccessPoint),
            Some((&"control", _)) => ("s3", Style::Plain),
            _ => ("s3", bucket_style(front)),
        },
        "s3-website" => ("s3", Style::Website),
        "s3-accesspoint" => ("s3", Style::AccessPoint),
        "s3-control" => ("s3", Style::Plain),
        "s3-outposts" => ("s3-outposts", Style::AccessPoint),
        "s3-object-lambda" => ("s3-object-lambda", Style::AccessPoint),
        "s3express-control" => ("s3express", Style::Path),
        zonal if zonal.starts_with("s3express-") => ("s3express", bucket_style(front)),
        _ => return None,
    };
    Some(
        Implied::aws(partition)
            .signed(service, Some(region))
            .with(style),
    )
}

/// Every other host with the region last: the longest run of labels before it that names an endpoint,
/// and in front of that whatever name the customer has there.
fn regional(before: &[&str], region: &str, partition: &'static str) -> Option<Implied> {
    let at = (0..before.len()).find(|&at| {
        before
            .get(at..)
            .is_some_and(|labels| service_of(&labels.join(".")).is_some())
    })?;
    let endpoint = before.get(at..)?.join(".");
    let front = before.get(..at)?;
    let found = |service: &str| Implied::aws(partition).signed(service, Some(region));
    Some(match (endpoint.as_str(), front) {
        // The data endpoint of an account: HTTPS is signed for one name, MQTT over WebSocket for the
        // other (AWS IoT developer guide).
        ("data.iot" | "data-ats.iot", _) => Implied {
            also_services: &["iotdevicegateway"],
            ..found("iotdata")
        },
        ("iot", [own]) if own.strip_suffix("-ats").unwrap_or(own).len() >= 12 => Implied {
            also_services: &["iotdevicegateway"],
            ..found("iotdata")
        },
        // Device credentials come by client certificate, and Docker speaks to the registry with a
        // password: neither is signed.
        ("iot", [_, ..]) | ("ecr", [.., "dkr"]) => Implied {
            region: Some(region.to_owned()),
            ..Implied::aws(partition)
        },
        // Database users in China: the region stands last there.
        ("rds", [_, ..]) => found("rds-db"),
        // A cluster's token is a request to this host for another service name.
        ("kafka", _) => Implied {
            also_services: &["kafka-cluster"],
            ..found("kafka")
        },
        (endpoint, _) => found(service_of(endpoint)?),
    })
}

/// The signing name of an endpoint's labels before the region (`api.ecr`, `runtime-fips.sagemaker`).
fn service_of(endpoint: &str) -> Option<&'static str> {
    let find = |name: &str| TABLES.services.get(name).copied();
    if let Some(service) = find(endpoint) {
        return Some(service);
    }
    if let Some(service) = endpoint.strip_prefix("fips.").and_then(find) {
        return Some(service);
    }
    if !endpoint.contains("-fips") {
        return None;
    }
    let plain: Vec<&str> = endpoint
        .split('.')
        .map(|label| label.strip_suffix("-fips").unwrap_or(label))
        .collect();
    find(&plain.join("."))
}

// --- others ------------------------------------------------------------------------------------

/// A storage service of another vendor.
fn compatible(host: &str) -> Option<Implied> {
    TABLES.compatible.iter().find_map(|vendor| {
        let rest = host.strip_suffix(vendor.domain)?;
        let labels: Vec<&str> = match rest.strip_suffix('.') {
            Some(rest) => rest.split('.').collect(),
            None if rest.is_empty() => Vec::new(),
            None => return None,
        };
        let at = labels.len().checked_sub(vendor.before.len())?;
        let (bucket, endpoint) = labels.split_at_checked(at)?;
        let mut region = vendor.region;
        for (label, wanted) in endpoint.iter().zip(&vendor.before) {
            match *wanted {
                // A content network's name stands where a region would.
                "{region}" if *label == "cdn" => return None,
                "{region}" => region = Some(label),
                placeholder if placeholder.starts_with('{') => {}
                literal if literal == *label => {}
                _ => return None,
            }
        }
        Some(Implied {
            service: Some("s3".to_owned()),
            also_services: &[],
            region: region.map(str::to_owned),
            also_regions: vendor.also.clone(),
            partition: None,
            vendor: vendor.name,
            style: bucket_style(bucket),
        })
    })
}

// --- tables ------------------------------------------------------------------------------------

struct Compatible {
    domain: &'static str,
    before: Vec<&'static str>,
    region: Option<&'static str>,
    also: Vec<&'static str>,
    name: &'static str,
}

struct Tables {
    services: HashMap<&'static str, &'static str>,
    regions: HashMap<&'static str, &'static str>,
    global_hosts: HashMap<&'static str, (&'static str, &'static str)>,
    compatible: Vec<Compatible>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    services: rows(include_str!("../../../../assets/services.tsv"))
        .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
        .collect(),
    regions: rows(include_str!("../../../../assets/regions.tsv"))
        .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
        .collect(),
    global_hosts: rows(include_str!("../../../../assets/global_hosts.tsv"))
        .filter_map(|row| Some((*row.first()?, (*row.get(1)?, *row.get(2)?))))
        .collect(),
    compatible: rows(include_str!("../../../../assets/s3_compatible.tsv"))
        .filter_map(|row| match row.as_slice() {
            [domain, before, region, also, name] => Some(Compatible {
                domain,
                before: before.split('.').filter(|l| !l.is_empty()).collect(),
                region: (!matches!(*region, "-" | "{region}")).then_some(*region),
                also: also.split(',').filter(|r| !r.is_empty()).collect(),
                name,
            }),
            _ => None,
        })
        .collect(),
});

/// The rows of a table: fields parted by tabs, comments behind `#`.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
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
}
