import { Construct } from 'constructs';
import { SETTINGS } from '../downstream/settings';
import { NodeApp } from './node-app';
import { env, settingsEnv } from './pod';
import type { LabProps } from './schema';

/** The slow dependency: Deployment and Service `downstream`. */
export class Downstream extends Construct {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id);
    const { downstream, faults } = props;
    new NodeApp(this, 'app', {
      lab: props,
      app: 'downstream',
      image: downstream.image,
      replicas: downstream.replicas,
      port: downstream.port,
      resources: downstream,
      probes: downstream,
      entry: 'downstream/main.js',
      env: [...env({ FAULTS_ENABLED: faults.enabled }), ...settingsEnv(SETTINGS, downstream)],
    });
  }
}
