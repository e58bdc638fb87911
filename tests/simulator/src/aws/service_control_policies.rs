//! The place of Organizations' service control policies (DescribePolicy, UpdatePolicy, ListPoliciesForTarget), which cut live sessions.
//! Until they are built their calls are answered with UnknownOperationException, like any that is not simulated.
