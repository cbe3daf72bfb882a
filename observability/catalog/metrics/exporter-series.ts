/**
 * Series of the exporters (PostgreSQL, Redis, host), of the proxy and of the collector that boards read, with the labels that queries use.
 * They exist in Compose, and with `npm start` if the exporters are installed.
 */

const DATABASE = ['datname'] as const;
const TABLE = ['datname', 'relname'] as const;
const FILESYSTEM = ['mountpoint', 'fstype', 'device'] as const;
const DEVICE = ['device'] as const;

/** postgres_exporter */
const POSTGRES_SERIES = {
  pg_up: [],
  pg_settings_max_connections: [],
  pg_stat_activity_count: ['datname', 'state', 'wait_event_type'],
  pg_stat_activity_max_tx_duration: ['datname', 'state'],
  pg_stat_database_numbackends: DATABASE,
  pg_stat_database_xact_commit: DATABASE,
  pg_stat_database_xact_rollback: DATABASE,
  pg_stat_database_deadlocks: DATABASE,
  pg_stat_database_blks_hit: DATABASE,
  pg_stat_database_blks_read: DATABASE,
  pg_stat_database_temp_bytes: DATABASE,
  pg_stat_database_tup_inserted: DATABASE,
  pg_stat_database_tup_updated: DATABASE,
  pg_stat_database_tup_deleted: DATABASE,
  pg_stat_database_tup_returned: DATABASE,
  pg_stat_user_tables_n_live_tup: TABLE,
  pg_stat_user_tables_n_dead_tup: TABLE,
  pg_stat_user_tables_seq_tup_read: TABLE,
  pg_stat_user_tables_table_size_bytes: TABLE,
  pg_stat_user_tables_index_size_bytes: TABLE,
  pg_database_size_bytes: DATABASE,
} as const;

/** redis_exporter */
const REDIS_SERIES = {
  redis_up: [],
  redis_memory_used_bytes: [],
  redis_memory_max_bytes: [],
  redis_mem_fragmentation_ratio: [],
  redis_evicted_keys_total: [],
  redis_expired_keys_total: [],
  redis_rejected_connections_total: [],
  redis_connected_clients: [],
  redis_blocked_clients: [],
  redis_config_maxclients: [],
  redis_commands_processed_total: [],
  redis_commands_total: ['cmd'],
  redis_commands_duration_seconds_total: ['cmd'],
  redis_errors_total: ['err'],
  redis_net_input_bytes_total: [],
  redis_net_output_bytes_total: [],
  redis_db_keys: ['db'],
  redis_aof_enabled: [],
  redis_aof_current_size_bytes: [],
  redis_aof_last_write_status: [],
  redis_rdb_changes_since_last_save: [],
} as const;

/** HAProxy itself */
export const PROXY_SERIES = {
  haproxy_server_status: ['proxy', 'server', 'state'],
  haproxy_server_http_responses_total: ['proxy', 'server', 'code'],
  haproxy_backend_http_responses_total: ['proxy', 'code'],
  haproxy_frontend_http_responses_total: ['proxy', 'code'],
  haproxy_backend_retry_warnings_total: ['proxy'],
  haproxy_backend_redispatch_warnings_total: ['proxy'],
  haproxy_backend_response_errors_total: ['proxy'],
  haproxy_backend_connection_errors_total: ['proxy'],
} as const;

/** node_exporter */
const HOST_SERIES = {
  node_time_seconds: [],
  node_boot_time_seconds: [],
  node_load1: [],
  node_cpu_seconds_total: ['cpu', 'mode'],
  node_pressure_cpu_waiting_seconds_total: [],
  node_pressure_io_waiting_seconds_total: [],
  node_pressure_memory_waiting_seconds_total: [],
  node_memory_MemTotal_bytes: [],
  node_memory_MemAvailable_bytes: [],
  node_vmstat_oom_kill: [],
  node_filesystem_avail_bytes: FILESYSTEM,
  node_filesystem_size_bytes: FILESYSTEM,
  node_filesystem_files: FILESYSTEM,
  node_filesystem_files_free: FILESYSTEM,
  node_disk_io_time_seconds_total: DEVICE,
  node_disk_read_bytes_total: DEVICE,
  node_disk_written_bytes_total: DEVICE,
  node_network_receive_bytes_total: DEVICE,
  node_network_transmit_bytes_total: DEVICE,
  node_network_receive_errs_total: DEVICE,
  node_network_transmit_errs_total: DEVICE,
} as const;

/** The OpenTelemetry collector itself */
const COLLECTOR_SERIES = {
  otelcol_exporter_send_failed_spans_total: ['exporter'],
} as const;

export const EXPORTER_SERIES = {
  ...COLLECTOR_SERIES,
  ...POSTGRES_SERIES,
  ...REDIS_SERIES,
  ...PROXY_SERIES,
  ...HOST_SERIES,
} as const;

/** Whether an exporter, the proxy or the collector exposes the series. */
export function isOfExporter(name: string): boolean {
  return name in EXPORTER_SERIES;
}
