import type { TagSet } from '../../script/tag-set';
import type { MetricHandle, MetricSink, Tags } from '../../vu';
import type { HttpCall } from './call';
import type { Exchange, Timings } from './exchange';
import { errorCodeOf } from './response';

/** The metrics that k6 records for every request. */
export class HttpMetrics {
  private readonly requests: MetricHandle;
  private readonly failed: MetricHandle;
  private readonly times: [keyof Timings, MetricHandle][];

  constructor(
    sink: MetricSink,
    private readonly hasSystemTag: (name: string) => boolean,
  ) {
    const time = (name: string) => sink.metric(`http_req_${name}`, 'trend', 'time');
    this.requests = sink.metric('http_reqs', 'counter', 'default');
    this.failed = sink.metric('http_req_failed', 'rate', 'default');
    const measured = [
      'duration',
      'blocked',
      'connecting',
      'tls_handshaking',
      'sending',
      'waiting',
      'receiving',
    ] as const;
    this.times = measured.map((name) => [name, time(name)]);
  }

  /** Records one request, whether or not a redirect follows. */
  add(exchange: Exchange, call: HttpCall, url: string, timings: Timings, base: TagSet): void {
    const expected = call.callback ? call.callback.expects(exchange.status) : undefined;
    const tags = this.tagsOf(exchange, call, url, base, expected);
    this.requests.add(1, tags);
    for (const [name, metric] of this.times) metric.add(timings[name], tags);
    if (expected !== undefined) this.failed.add(expected ? 0 : 1, tags);
  }

  private tagsOf(
    exchange: Exchange,
    call: HttpCall,
    url: string,
    base: TagSet,
    expected: boolean | undefined,
  ): Tags {
    const { failure, status } = exchange;
    const custom = call.tags ? JSON.stringify(call.tags) : '';
    const outcome = failure ? failure.error : status;
    const ip = this.hasSystemTag('ip') ? exchange.remoteAddress : '';
    const tls = failure ? '' : exchange.connection.tlsVersion;
    const key = `${ip} ${exchange.request.method} ${outcome} ${expected} ${tls} ${call.name ?? ''} ${url} ${custom}`;
    const known = base.find(key);
    if (known) return known.tags;
    return base.add(key, { ...call.tags, ...this.systemTags(exchange, call, url, expected) }).tags;
  }

  private systemTags(
    { failure, status, request, remoteAddress, connection }: Exchange,
    call: HttpCall,
    url: string,
    expected: boolean | undefined,
  ): Tags {
    const name = call.name ?? url;
    const code = failure?.code ?? errorCodeOf(status);
    const all: Tags = {
      method: request.method,
      status: String(status),
      name,
      url: name,
      ...(expected === undefined ? {} : { expected_response: String(expected) }),
      ...(failure ? { error: failure.error } : { proto: 'HTTP/1.1' }),
      ...(code > 0 ? { error_code: String(code) } : {}),
      ...(remoteAddress === '' ? {} : { ip: remoteAddress }),
      ...(failure || connection.tlsVersion === '' ? {} : { tls_version: connection.tlsVersion }),
    };
    return Object.fromEntries(Object.entries(all).filter(([tag]) => this.hasSystemTag(tag)));
  }
}
