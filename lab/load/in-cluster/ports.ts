/** The collector's port for samples; the same as InfluxDB's. */
export const COLLECTOR_PORT = 8086;
/** Port of the generators' API, through which they are started. */
export const K6_PORT = 6565;
