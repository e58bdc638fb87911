//! What happens to a wave of lives.

use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;

use crate::kill::{Kill, Killer};
use crate::system::{Kind, System};

/// An hour: more than any leeway.
const HOUR_S: i64 = 3600;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// Processes are killed, one after the other.
    Kill,
    /// RabbitMQ is stopped.
    Broker,
    /// Postgres is stopped.
    Database,
    /// The network to AWS is cut.
    Network,
    /// Every process is stopped in good order and started again, one after the other.
    Deploy,
    /// The wall clock of one process is moved by an hour, and back.
    Clock,
}

impl Scenario {
    pub const ALL: [Self; 6] = [Self::Kill, Self::Broker, Self::Database, Self::Network, Self::Deploy, Self::Clock];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Broker => "broker",
            Self::Database => "database",
            Self::Network => "network",
            Self::Deploy => "deploy",
            Self::Clock => "clock",
        }
    }

    /// Whether an access may last until the fault is over. Without a broker, or with a wrong wall clock, nothing may be
    /// late at all.
    pub const fn excuses(self) -> bool {
        match self {
            Self::Kill | Self::Database | Self::Network | Self::Deploy => true,
            Self::Broker | Self::Clock => false,
        }
    }
}

/// Where it happens.
pub struct Site<'s> {
    pub system: &'s System,
    pub killer: &'s Killer,
    pub lasts: Duration,
}

impl Site<'_> {
    /// Lets it happen; from when until when it did.
    pub async fn strike(&self, scenario: Scenario, chance: &mut StdRng) -> anyhow::Result<Vec<Kill>> {
        match scenario {
            Scenario::Broker => self.stop(Kind::RabbitMq).await,
            Scenario::Database => self.stop(Kind::Postgres).await,
            Scenario::Network => self.cut().await,
            Scenario::Kill => self.kill(chance).await,
            Scenario::Deploy => self.deploy().await,
            Scenario::Clock => self.move_a_clock(chance).await,
        }
    }

    /// Until it answers again, which is a little longer than it was meant to.
    async fn stop(&self, kind: Kind) -> anyhow::Result<Vec<Kill>> {
        let servers =
            self.system.servers.as_ref().context("nobody said how the servers are stopped: CURFEW_SERVERS")?;
        let at = Timestamp::now();
        servers.stop(kind).await?;
        tokio::time::sleep(self.lasts).await;
        servers.run(kind).await?;
        Ok(vec![fault(at)])
    }

    async fn cut(&self) -> anyhow::Result<Vec<Kill>> {
        let wire = self.system.wire.as_ref().context("a system without a wire")?;
        let at = Timestamp::now();
        wire.cut();
        tokio::time::sleep(self.lasts).await;
        wire.mend();
        Ok(vec![fault(at)])
    }

    async fn kill(&self, chance: &mut StdRng) -> anyhow::Result<Vec<Kill>> {
        let (before, began) = (self.killer.kills().len(), std::time::Instant::now());
        while began.elapsed() < self.lasts {
            self.killer.kill(chance.random_range(0..self.killer.count())).await?;
            tokio::time::sleep(Duration::from_millis(chance.random_range(0..2_000))).await;
        }
        Ok(self.killer.kills().split_off(before))
    }

    async fn deploy(&self) -> anyhow::Result<Vec<Kill>> {
        let before = self.killer.kills().len();
        for index in 0..self.killer.count() {
            self.killer.restart(index).await?;
        }
        Ok(self.killer.kills().split_off(before))
    }

    async fn move_a_clock(&self, chance: &mut StdRng) -> anyhow::Result<Vec<Kill>> {
        let at = Timestamp::now();
        let which = chance.random_range(0..self.system.clocks.len().max(1));
        let (name, clock) = self.system.clocks.iter().nth(which).context("no clock can be moved")?;
        let by = if chance.random_bool(0.5) { HOUR_S } else { -HOUR_S };
        println!("the clock of {name} is {by} s ahead");
        clock.ahead_by(by)?;
        tokio::time::sleep(self.lasts).await;
        clock.ahead_by(0)?;
        Ok(vec![fault(at)])
    }
}

/// Something that kept access from ending until now.
fn fault(at: Timestamp) -> Kill {
    Kill { process: "revocation".to_owned(), at, ready_at: Timestamp::now() }
}
