//! One side of the comparison: clients for the four services, and what its identifiers mean.

use std::collections::BTreeMap;
use std::sync::Mutex;

use aws_sdk_ssoadmin::config::retry::RetryConfig;
use aws_sdk_ssoadmin::config::{BehaviorVersion, Credentials, Region};
use simulator::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use crate::recorder::Recorder;

pub struct Side {
    pub url: String,
    pub sso: aws_sdk_ssoadmin::Client,
    pub store: aws_sdk_identitystore::Client,
    pub organizations: aws_sdk_organizations::Client,
    pub sts: aws_sdk_sts::Client,
    pub recorder: Recorder,
    pub instance: String,
    pub store_id: String,
    /// The management account.
    pub account: String,
    pub root: String,
    pub accounts: BTreeMap<String, String>,
    pub units: BTreeMap<String, String>,
    pub users: BTreeMap<String, String>,
    pub groups: BTreeMap<String, String>,
    pub sets: BTreeMap<String, String>,
    words: Mutex<BTreeMap<String, String>>,
}

macro_rules! client {
    ($sdk:ident, $url:expr, $recorder:expr, $credentials:expr) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new("eu-central-1"))
                .endpoint_url($url)
                .credentials_provider($credentials)
                .retry_config(RetryConfig::disabled())
                .interceptor($recorder)
                .build(),
        )
    };
}

impl Side {
    /// Clients for this address. The world behind it is learned later.
    pub fn new(url: &str) -> Self {
        let recorder = Recorder::default();
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test");
        Self {
            url: url.to_owned(),
            sso: client!(aws_sdk_ssoadmin, url, recorder.clone(), credentials.clone()),
            store: client!(aws_sdk_identitystore, url, recorder.clone(), credentials.clone()),
            organizations: client!(aws_sdk_organizations, url, recorder.clone(), credentials.clone()),
            sts: client!(aws_sdk_sts, url, recorder.clone(), credentials),
            recorder,
            instance: String::new(),
            store_id: String::new(),
            account: String::new(),
            root: String::new(),
            accounts: BTreeMap::new(),
            units: BTreeMap::new(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            sets: BTreeMap::new(),
            words: Mutex::default(),
        }
    }

    /// STS as somebody else.
    pub fn sts_as(&self, key: &str, secret: &str, token: &str) -> aws_sdk_sts::Client {
        let credentials = Credentials::new(key, secret, Some(token.to_owned()), None, "test");
        client!(aws_sdk_sts, &self.url, self.recorder.clone(), credentials)
    }

    /// From now on this identifier is shown as these words.
    pub fn learn(&self, id: impl Into<String>, words: impl Into<String>) {
        self.words.lock().unwrap().insert(id.into(), format!("<{}>", words.into()));
    }

    /// A text with words in the place of identifiers that are known.
    pub fn words(&self, text: &str) -> String {
        let known = self.words.lock().unwrap();
        let mut by_length: Vec<_> = known.iter().filter(|(id, _)| text.contains(id.as_str())).collect();
        by_length.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
        by_length.into_iter().fold(text.to_owned(), |text, (id, words)| text.replace(id.as_str(), words))
    }
}
