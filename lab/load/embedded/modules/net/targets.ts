import { LabError } from '../../../../model/errors';
import type { Runtime } from '../../script/runtime';
import type { Endpoint } from './hosts';

/** Decides where the requests of a VU may go. */
export class Targets {
  private readonly allowed: Set<string> | undefined;

  constructor(private readonly runtime: Runtime) {
    const { allowedHosts } = runtime.shared.host;
    this.allowed = allowedHosts && new Set(allowedHosts.map(withoutBrackets));
  }

  /** The endpoint behind the URL's name. */
  endpoint(url: URL): Endpoint {
    return this.runtime.shared.client.hosts.endpoint(url);
  }

  /** Judges the endpoint, not the name, because the option `hosts` can give any address to a name. */
  permits(url: URL): boolean {
    return !this.allowed || this.allowed.has(this.endpoint(url).hostname);
  }

  /** Ends the test because of a request that is not permitted. */
  forbid(url: URL): Promise<never> {
    const { hostname } = this.endpoint(url);
    const name = withoutBrackets(url.hostname);
    const mapped = hostname === name ? '' : ` (${hostname} by the option hosts)`;
    return this.runtime.fatal(
      new LabError(
        `${this.runtime.here()}: requests to ${url.hostname}${mapped} are not allowed`,
        'usage',
        `The load may only go to: ${[...this.allowed!].join(', ')}. Add your own host with --allow-target.`,
      ),
    );
  }
}

const withoutBrackets = (hostname: string) => hostname.replace(/^\[|\]$/g, '');
