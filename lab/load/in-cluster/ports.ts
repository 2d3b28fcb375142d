/** Where the collector takes samples: InfluxDB's own port. */
export const COLLECTOR_PORT = 8086;
/** Of the generators' API, by which they are started. */
export const K6_PORT = 6565;
