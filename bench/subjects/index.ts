import type { Subject } from '../harness/subject';
import { engine } from './engine';
import { generator } from './generator';
import { recording } from './recording';
import { report } from './report';
import { service } from './service';
import { start } from './start';

/** All subjects, in the order of docs/performance.md. */
export const SUBJECTS: Subject[] = [generator, service, engine, start, recording, report];
