import { Construct } from 'constructs';
import { SETTINGS } from '../downstream/settings';
import { completed, type GroupInput } from './group-props';
import { identify } from './labels';
import { ANY_POD, AppPolicy, tcp } from './network-policies';
import { NodeApp, type HttpAddress } from './node-app';
import { env, settingsEnv } from './pod';
import { sharedBy } from './shared';

export type DownstreamProps = GroupInput<'downstream'>;

/** The slow dependency: a Deployment and a Service. Both have the construct's id as their name. */
export class Downstream extends Construct {
  readonly app: NodeApp;
  /** Where backends call it. */
  readonly address: HttpAddress;

  constructor(scope: Construct, id: string, props: DownstreamProps = {}) {
    super(scope, id);
    const downstream = completed('downstream', props);
    const { image, replicas, port } = downstream;
    const identity = identify(this, id, 'dependency');
    new AppPolicy(this, 'reachability', {
      identity,
      // From anywhere, not from backends alone: calls and metrics share a port, and policies do not see paths.
      ingress: [{ from: [ANY_POD], ports: [tcp(port)] }],
    });
    this.app = new NodeApp(this, 'app', {
      identity,
      image,
      replicas,
      port,
      resources: downstream,
      probes: downstream,
      entry: 'downstream/main.js',
      env: [...env({ FAULTS_ENABLED: sharedBy(this).faults.enabled }), ...settingsEnv(SETTINGS, downstream)],
      mostPods: replicas,
      workload: downstream,
    });
    this.address = this.app.address;
  }
}
