//! The signing key: a chain of four keyed hashes from the secret.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

use bytes::Bytes;

use crate::engine::scheme::Link;
use crate::engine::secret::{Material, Sensitive};

/// The four inputs of the chain, as the scope has them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct KeyScope {
    pub(super) date: Vec<u8>,
    pub(super) region: Vec<u8>,
    pub(super) service: Vec<u8>,
    pub(super) terminator: Vec<u8>,
}

/// HMAC-SHA256 keyed and ready for a message.
pub(super) type Keyed = Hmac<Sha256>;

/// HMAC-SHA256 under a key of any length (RFC 2104 section 2: longer than a block is hashed first).
pub(super) fn keyed(key: &[u8]) -> Keyed {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block
            .iter_mut()
            .zip(Sha256::digest(key))
            .for_each(|(b, k)| *b = k);
    } else {
        block.iter_mut().zip(key).for_each(|(b, k)| *b = *k);
    }
    let mac = Keyed::new(&block.into());
    block.zeroize();
    mac
}

fn hmac(key: &[u8], message: &[u8]) -> Sensitive<Vec<u8>> {
    let mac = keyed(key).chain_update(message).finalize();
    Sensitive::new(mac.into_bytes().to_vec())
}

/// The signature of `text` under a signing key, in lower hex.
pub(super) fn sign(key: &Keyed, text: &[u8]) -> String {
    hex::encode(key.clone().chain_update(text).finalize().into_bytes())
}

/// The four links of the chain, `kDate` to `kSigning`. Without material, or with a key that was
/// derived already, the outputs that cannot be known are missing.
pub(super) fn chain(scope: &KeyScope, material: Option<&Material>) -> Vec<Link> {
    let steps = [
        ("kDate", "date", &scope.date),
        ("kRegion", "region", &scope.region),
        ("kService", "service", &scope.service),
        ("kSigning", "terminator", &scope.terminator),
    ];
    let mut previous = match material {
        Some(Material::Secret(secret)) => {
            let mut first = b"AWS4".to_vec();
            first.extend_from_slice(secret.expose());
            Some(Sensitive::new(first))
        }
        Some(Material::DerivedKey(_)) | None => None,
    };
    let mut links = Vec::with_capacity(steps.len());
    for (output_name, input_name, input) in steps {
        let output = previous.as_ref().map(|key| hmac(key.expose(), input));
        links.push(Link {
            output_name,
            input_name,
            input: Bytes::copy_from_slice(input),
            output: output.clone(),
        });
        previous = output;
    }
    if let (Some(Material::DerivedKey(key)), Some(last)) = (material, links.last_mut()) {
        last.output = Some(key.clone());
    }
    links
}

/// The signing key itself.
pub(super) fn derive(scope: &KeyScope, material: &Material) -> Sensitive<Vec<u8>> {
    match material {
        Material::DerivedKey(key) => key.clone(),
        Material::Secret(secret) => {
            let mut first = b"AWS4".to_vec();
            first.extend_from_slice(secret.expose());
            let first = Sensitive::new(first);
            [
                &scope.date,
                &scope.region,
                &scope.service,
                &scope.terminator,
            ]
            .into_iter()
            .fold(first, |key, input| hmac(key.expose(), input))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS General Reference, "Examples of how to derive a signing key for Signature Version 4".
    #[test]
    fn the_documented_signing_key_is_derived() {
        let scope = KeyScope {
            date: b"20150830".to_vec(),
            region: b"us-east-1".to_vec(),
            service: b"iam".to_vec(),
            terminator: b"aws4_request".to_vec(),
        };
        let secret = Material::Secret(Sensitive::new(
            b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_vec(),
        ));
        let key = derive(&scope, &secret);
        assert_eq!(
            hex::encode(key.expose()),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
        let links = chain(&scope, Some(&secret));
        assert_eq!(
            links.last().and_then(|l| l.output.clone()),
            Some(key.clone())
        );
        let derived = chain(&scope, Some(&Material::DerivedKey(key.clone())));
        assert!(derived.iter().take(3).all(|l| l.output.is_none()));
        assert_eq!(derived.last().and_then(|l| l.output.clone()), Some(key));
    }

    /// RFC 4231 test case 6: a key longer than a block.
    #[test]
    fn a_long_key_is_hashed_first() {
        let mac = keyed(&[0xaa; 131])
            .chain_update(b"Test Using Larger Than Block-Size Key - Hash Key First")
            .finalize();
        assert_eq!(
            hex::encode(mac.into_bytes()),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
