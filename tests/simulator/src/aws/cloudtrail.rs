//! The place of CloudTrail (LookupEvents, StartQuery, GetQueryResults), late and out of order as it is. Until it is built its calls are
//! answered with UnknownOperationException, like any that is not simulated.
