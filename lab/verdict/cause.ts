import type { App, Condition, Operand } from '../model/experiment';
import type { HarmKind } from './harm/harm';
import type { Stage } from './harm/path';
import type { Advice } from './advice/advice';

/** A condition, with the text that people read when it is true and when it is not. */
export interface Sign extends Condition {
  /** Divides the measured value. */
  relativeTo?: Operand;
  yes: string;
  no: string;
  /** It belongs to the evidence if it is there. The cause does not need it. */
  isOptional?: true;
  /** It speaks against the cause if it is missing. If nobody measured it, the other signs are enough. */
  ifMeasured?: true;
  /** Asked for only if the harmed requests pass this stage. Default: always. */
  stage?: Stage;
}

/**
 * What may be wrong with a system. It is named if all of its signs are present while requests are harmed in a
 * way that it explains. The first missing sign rules it out.
 */
export interface Cause {
  name: string;
  mechanism: string;
  signs: Sign[];
  /** How the requests that it harms end. Default: any of the kinds but an error of the client. */
  explains?: readonly HarmKind[];
  /**
   * Where requests that it harms spend their time or fail. Where the service tells, requests that are harmed
   * elsewhere have another cause. Default: anywhere.
   */
  stages?: readonly Stage[];
  /**
   * It acts on all of a process, and so may also show in the stages of others: with little CPU, the answer of a
   * database waits for the process that asked. It then explains what nothing else explains.
   */
  isProcessWide?: true;
  /**
   * Judged for each pod of the app by itself, for those who send requests of the harmed route, or for that route.
   * Default: for everything together.
   */
  each?: 'pod' | 'users' | 'route';
  /** The app whose pods are judged one by one. Default: the backend. */
  app?: App;
  /** What may help, most promising first. `lab advise` tries each piece that has settings. */
  tryNext: Advice[];
  /** The experiment that shows it, by its folder in loadtests/. */
  lesson: string;
  /** Causes that are part of this one's mechanism. They are not named beside it. */
  includes?: string[];
  /**
   * 1: named only if nothing else explains the same requests, because its signs also occur beside other causes.
   * 2: named only if nothing of rank 1 does either, because it says little more than what clients saw.
   */
  rank?: 1 | 2;
  /**
   * The defences that refuse requests because of it. It explains those that they refuse, although these never met
   * it.
   */
  defendedBy?: readonly Stage[];
  /** Requests take as long as they always do, so nobody suffers. */
  isAsAlways?: true;
  /** Set when the cause is the lab, not the system. The run then says nothing about the system. */
  ofTheLab?: true;
  /** A service that ended counts none of the requests that ended with it, so an alert does not wait for them. */
  endsProcesses?: true;
  /** It is named even if no request was harmed. */
  harmsNobody?: true;
}
