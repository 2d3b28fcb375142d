import type { Subject } from '../harness/subject';
import { engine } from './engine';
import { generator } from './generator';
import { recording } from './recording';
import { report } from './report';
import { service } from './service';
import { start } from './start';

/** Everything that is measured, in the order in which docs/performance.md shows it. */
export const SUBJECTS: Subject[] = [generator, service, engine, start, recording, report];
