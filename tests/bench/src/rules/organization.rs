//! A large organization, the same for the same seed: accounts in units, permission sets, groups, people, and the
//! rules that such a company writes.

use std::collections::BTreeMap;

use anyhow::Context;
use domain::rules::{AccountFacts, Document, Organization, PermissionSetFacts};
use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use super::documents;

/// How large it is.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Sizes {
    /// Accounts
    #[arg(long, default_value_t = 5_000)]
    pub accounts: usize,
    /// Organizational units
    #[arg(long, default_value_t = 400)]
    pub units: usize,
    /// People
    #[arg(long, default_value_t = 20_000)]
    pub users: usize,
    /// Groups
    #[arg(long, default_value_t = 2_000)]
    pub groups: usize,
    /// Permission sets
    #[arg(long, default_value_t = 300)]
    pub permission_sets: usize,
    /// Rules
    #[arg(long, default_value_t = 3_000)]
    pub rules: usize,
    /// What the organization is made from
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Somebody with their groups.
#[derive(Debug, Clone)]
pub struct Somebody {
    pub user: UserId,
    pub groups: Vec<GroupId>,
}

/// Everything there is.
#[derive(Debug)]
pub struct Company {
    pub organization: Organization,
    pub people: Vec<Somebody>,
    pub documents: Vec<Document>,
}

/// What documents are written about.
#[derive(Debug)]
pub(super) struct Names {
    pub units: Vec<String>,
    pub groups: Vec<GroupId>,
    pub users: Vec<UserId>,
    pub teams: usize,
}

pub(super) const ENVIRONMENTS: [&str; 4] = ["prod", "stage", "dev", "sandbox"];
pub(super) const ROLES: [&str; 5] = ["Admin", "PowerUser", "Deploy", "Support", "ReadOnly"];

/// A UUID that says what it is of and which.
pub(super) fn id(kind: u16, n: usize) -> Uuid {
    Uuid::from_u64_pair((u64::from(kind) << 16) | 0x7000, (0x8000 << 48) | u64::try_from(n).unwrap_or(u64::MAX >> 16))
}

impl Company {
    /// Makes it.
    ///
    /// # Errors
    /// When a size is so large that an id does not fit its form.
    pub fn of(sizes: &Sizes) -> anyhow::Result<Self> {
        let mut random = StdRng::seed_from_u64(sizes.seed);
        let parents = parents(sizes.units, &mut random);
        let users: Result<Vec<_>, _> = (0..sizes.users).map(|n| UserId::parse(id(1, n).to_string())).collect();
        let groups: Result<Vec<_>, _> = (0..sizes.groups).map(|n| GroupId::parse(id(2, n).to_string())).collect();
        let names = Names {
            units: (0..sizes.units).map(unit).collect(),
            groups: groups.context("groups")?,
            users: users.context("users")?,
            teams: (sizes.groups / 10).max(1),
        };
        let organization = Organization {
            accounts: accounts(sizes, &names, &parents, &mut random)?,
            permission_sets: permission_sets(sizes, &mut random)?,
        };
        let people = names.users.iter().map(|user| somebody(user, &names.groups, &mut random)).collect();
        let documents = documents::write(sizes, &names, &organization, &mut random)?;
        Ok(Self { organization, people, documents })
    }
}

fn unit(n: usize) -> String {
    if n == 0 { "r-root".to_owned() } else { format!("ou-{n:04}-{n:08}") }
}

/// The path of each unit up to the root; none is deeper than five below it, as in AWS.
fn parents(units: usize, random: &mut StdRng) -> Vec<Vec<usize>> {
    let mut paths: Vec<Vec<usize>> = vec![vec![0]];
    for n in 1..units {
        let shallow: Vec<&Vec<usize>> = paths.iter().filter(|path| path.len() < 6).collect();
        let above = shallow.choose(random).copied().cloned().unwrap_or_else(|| vec![0]);
        paths.push(std::iter::once(n).chain(above).collect());
    }
    paths
}

fn accounts(
    sizes: &Sizes,
    names: &Names,
    parents: &[Vec<usize>],
    random: &mut StdRng,
) -> anyhow::Result<Vec<AccountFacts>> {
    (0..sizes.accounts)
        .map(|n| {
            let environment = ENVIRONMENTS.choose(random).copied().unwrap_or_default();
            let team = random.random_range(0..names.teams);
            let path = if n == 0 { parents.first() } else { parents.choose(random) }.cloned().unwrap_or_default();
            let tags = [
                ("env", environment.to_owned()),
                ("team", format!("team-{team:03}")),
                ("cost-center", format!("{}", 1_000 + random.random_range(0..500))),
            ];
            Ok(AccountFacts {
                id: AccountId::parse(format!("{:012}", 100_000_000_000 + n))?,
                name: format!("team-{team:03}-{environment}-{n}"),
                units: path.into_iter().filter_map(|at| names.units.get(at).cloned()).collect(),
                tags: tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
                active: n == 0 || random.random_bool(0.98),
                management: n == 0,
                administration: n < 3,
            })
        })
        .collect()
}

fn permission_sets(sizes: &Sizes, random: &mut StdRng) -> anyhow::Result<Vec<PermissionSetFacts>> {
    (0..sizes.permission_sets)
        .map(|n| {
            let role = ROLES.get(n % ROLES.len()).copied().unwrap_or_default();
            let risk = if role == "Admin" || random.random_bool(0.1) { "high" } else { "low" };
            Ok(PermissionSetFacts {
                arn: PermissionSetArn::parse(format!(
                    "arn:aws:sso:::permissionSet/ssoins-7223a1b2c3d4e5f6/ps-{n:016x}"
                ))?,
                name: format!("Area{:02}-{role}", n / ROLES.len()),
                tags: BTreeMap::from([("risk".to_owned(), risk.to_owned())]),
            })
        })
        .collect()
}

/// Most are in a handful of groups, a few in many.
fn somebody(user: &UserId, groups: &[GroupId], random: &mut StdRng) -> Somebody {
    let count = if random.random_bool(0.02) { random.random_range(30..=80) } else { random.random_range(2..=15) };
    Somebody { user: user.clone(), groups: groups.choose_multiple(random, count).cloned().collect() }
}
