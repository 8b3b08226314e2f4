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
    services: rows(include_str!("../../../../../assets/services.tsv"))
        .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
        .collect(),
    regions: rows(include_str!("../../../../../assets/regions.tsv"))
        .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
        .collect(),
    global_hosts: rows(include_str!("../../../../../assets/global_hosts.tsv"))
        .filter_map(|row| Some((*row.first()?, (*row.get(1)?, *row.get(2)?))))
        .collect(),
    compatible: rows(include_str!("../../../../../assets/s3_compatible.tsv"))
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
mod tests;
