import type { TagSet } from '../../script/tag-set';
import type { MetricSink, Tags } from '../../vu';

/** The metrics that k6 records for one WebSocket session. */
export class SessionMetrics {
  constructor(
    private readonly sink: MetricSink,
    private tags: TagSet,
  ) {}

  /** Adds tags that are known only after the handshake. */
  tag(tags: Tags): void {
    this.tags = this.tags.withAll(tags);
  }

  connected(durationMs: number): void {
    this.count('ws_sessions');
    this.time('ws_connecting', durationMs);
  }

  ended(durationMs: number): void {
    this.time('ws_session_duration', durationMs);
  }

  pong(durationMs: number): void {
    this.time('ws_ping', durationMs);
  }

  sent(): void {
    this.count('ws_msgs_sent');
  }

  received(): void {
    this.count('ws_msgs_received');
  }

  private count(name: string): void {
    this.sink.metric(name, 'counter', 'default').add(1, this.tags.tags);
  }

  private time(name: string, durationMs: number): void {
    this.sink.metric(name, 'trend', 'time').add(durationMs, this.tags.tags);
  }
}
