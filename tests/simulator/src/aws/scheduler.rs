//! The place of EventBridge Scheduler (CreateSchedule, GetSchedule, DeleteSchedule, and calling an SDK operation under a role when a
//! schedule is due). Until it is built its calls are answered with UnknownOperationException, like any that is not simulated.
