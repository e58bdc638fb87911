//! The organization's budget, as the operator set it.

use runtime::Settings;
use store::slots::Slots;

/// How many operations may be under way at once, and whose they are.
#[must_use]
pub fn slots(settings: &Settings) -> Slots {
    let aws = &settings.aws;
    Slots {
        outstanding: u16::try_from(aws.outstanding).unwrap_or(u16::MAX),
        covers_delete: aws.async_limit_covers_delete,
        reserved: u16::try_from(aws.outstanding_for_grants).unwrap_or(u16::MAX),
        one_at_a_time: aws.one_operation_per_permission_set_and_account,
    }
}
