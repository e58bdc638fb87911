//! The one row of settings. The Slack token in it is never looked at.

use crate::dynamo::{Fields, Item};
use crate::{Place, Problem};

/// `Settings`, with TEAM's own defaults where nothing was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The longest access over all policies, in hours.
    pub hours: u32,
    /// How long a request waits for its decision, in hours.
    pub expiry_hours: u32,
    /// Whether approvers must comment.
    pub comments: bool,
    /// Whether a ticket must be named. Only TEAM's pages demanded it.
    pub ticket_required: bool,
    /// Whether anything needs an approval at all.
    pub approval: bool,
    /// How TEAM told people: `e-mail`, `SNS`, `Slack`.
    pub notifications: Vec<&'static str>,
    /// Whose members administer TEAM.
    pub admin_group: Option<String>,
    /// Whose members audit it.
    pub auditor_group: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hours: 9,
            expiry_hours: 3,
            comments: true,
            ticket_required: true,
            approval: true,
            notifications: Vec::new(),
            admin_group: None,
            auditor_group: None,
        }
    }
}

impl Settings {
    /// # Errors
    /// What is wrong with the item, and in which attribute.
    pub fn parse(item: &Item, place: &Place) -> Result<Self, Problem> {
        let fields = Fields::new(item, place, "Settings");
        let default = Self::default();
        let mut notifications = Vec::new();
        let channels = [
            ("sesNotificationsEnabled", "e-mail"),
            ("snsNotificationsEnabled", "SNS"),
            ("slackNotificationsEnabled", "Slack"),
        ];
        for (attribute, channel) in channels {
            if fields.flag(attribute)? == Some(true) {
                notifications.push(channel);
            }
        }
        Ok(Self {
            hours: fields.hours("duration")?.unwrap_or(default.hours),
            expiry_hours: fields.hours("expiry")?.unwrap_or(default.expiry_hours),
            comments: fields.flag("comments")?.unwrap_or(default.comments),
            ticket_required: fields.flag("ticketNo")?.unwrap_or(default.ticket_required),
            approval: fields.flag("approval")?.unwrap_or(default.approval),
            notifications,
            admin_group: fields.text("teamAdminGroup")?,
            auditor_group: fields.text("teamAuditorGroup")?,
        })
    }
}
