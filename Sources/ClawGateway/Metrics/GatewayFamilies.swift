import ClawSupport

/// Every metric of the Gateway. Labels take values of closed lists, or of the configuration; where a client could bring new
/// ones, the limit of the family holds.
enum GatewayFamilies {
    static let requests = MetricFamily(
        "openclaw_requests_total", "Requests over WebSocket by method and outcome.", .counter, seriesLimit: 2000,
        showsZero: false)
    static let requestSeconds = MetricFamily(
        "openclaw_request_duration_seconds", "Time from a request over WebSocket to its final answer.",
        .histogram(bounds: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]), seriesLimit: 500, showsZero: false)
    static let httpRequests = MetricFamily(
        "openclaw_http_requests_total", "Requests over HTTP by route and status.", .counter, seriesLimit: 1000,
        showsZero: false)
    static let httpSeconds = MetricFamily(
        "openclaw_http_request_duration_seconds", "Time from a request over HTTP to the head of its answer.",
        .histogram(bounds: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]), showsZero: false)
    static let authFailures = MetricFamily(
        "openclaw_auth_failures_total", "Clients and requests that were not let in.", .counter)
    static let slowConsumers = MetricFamily(
        "openclaw_slow_consumer_closes_total", "Connections closed because the client did not read.", .counter)
    static let droppedEvents = MetricFamily(
        "openclaw_dropped_events_total", "Events left out for clients that did not read fast enough.", .counter)
    static let turns = MetricFamily("openclaw_turns_total", "Turns that ended, by outcome.", .counter)
    static let modelCalls = MetricFamily(
        "openclaw_model_calls_total", "Calls of models, retries included, by outcome.", .counter)
    static let modelSeconds = MetricFamily(
        "openclaw_model_call_duration_seconds", "Time from a call of a model to the end of its answer.",
        .histogram(bounds: [0.5, 1, 2.5, 5, 10, 30, 60, 300]))
    static let modelTokens = MetricFamily(
        "openclaw_model_tokens_total", "Tokens that models read and wrote.", .counter, seriesLimit: 200)
    static let deliveries = MetricFamily(
        "openclaw_deliveries_total", "Messages of the outbox that ended, by channel and outcome.", .counter,
        seriesLimit: 200)

    /// What is counted as it happens.
    static let counted = [
        requests, requestSeconds, httpRequests, httpSeconds, authFailures, slowConsumers, droppedEvents, turns,
        modelCalls, modelSeconds, modelTokens, deliveries,
    ]

    // What is read when somebody asks.
    static let build = MetricFamily("openclaw_build_info", "The version that runs.", .gauge)
    static let uptime = MetricFamily("openclaw_uptime_seconds", "Time since the Gateway started.", .gauge)
    static let draining = MetricFamily(
        "openclaw_draining", "1 while the Gateway stops and takes nothing new.", .gauge)
    static let connections = MetricFamily(
        "openclaw_connections", "Open sockets: clients by role, plain HTTP, and those that have not said who they are.",
        .gauge)
    static let activeTurns = MetricFamily(
        "openclaw_active_turns", "Turns that run or wait for their lane.", .gauge)
    static let openWork = MetricFamily(
        "openclaw_open_work_items", "Rows of the journal without an outcome, by kind and state.", .gauge)
    static let eventBytes = MetricFamily(
        "openclaw_event_buffer_bytes", "Bytes of events kept for clients that come back.", .gauge)
    static let eventLimit = MetricFamily(
        "openclaw_event_buffer_limit_bytes", "The most bytes of events that are kept.", .gauge)
    static let cpu = MetricFamily(
        "process_cpu_seconds_total", "Processor time of the process, user and system.", .counter)
    static let memory = MetricFamily("process_resident_memory_bytes", "Resident memory of the process.", .gauge)
    static let started = MetricFamily(
        "process_start_time_seconds", "When the process started, in seconds since 1970.", .gauge)
    static let files = MetricFamily("process_open_fds", "Open files and sockets of the process.", .gauge)
    static let fileLimit = MetricFamily("process_max_fds", "The most files and sockets it may open.", .gauge)
}
