import type { k8s } from 'cdk8s-plus-28';

/** Where other pods of the namespace find a database, and as whom. */
export interface DatabaseAddress {
  host: string;
  port: number;
  /** The name of the database. */
  name: string;
  /** The Secret with the keys username and password. */
  secret: string;
  /** Selects the pods that answer. */
  pods: k8s.LabelSelector;
  /** Changes whenever the database is created anew, with other contents or another role. */
  fingerprint: string;
}
