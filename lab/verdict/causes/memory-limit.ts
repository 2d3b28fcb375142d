import { enoughMemory } from '../advice/enough';
import type { Cause } from '../cause';

/** The only route that keeps what it allocates. */
const RETAINS = ['/api/memory-leak'];

export const memoryLimit: Cause = {
  name: 'memory limit',
  lesson: 'memory-stress',
  mechanism:
    'memory grew until the container reached its limit. The kernel then killed it at once, with every request in it. Nothing slows down beforehand, so nothing warns you.',
  each: 'pod',
  includes: ['crash', 'crash loop', 'replica down'],
  endsProcesses: true,
  signs: [
    {
      signal: 'oom_kills',
      is: '>=',
      threshold: 1,
      yes: 'the container was OOMKilled',
      no: 'no container was OOMKilled',
    },
    {
      // A kubelet measures too seldom to see every rise.
      isOptional: true,
      signal: 'memory_limit_share',
      is: '>=',
      threshold: 0.6,
      yes: 'memory use was close to the limit at the last sample before a kill',
      no: 'memory use stayed far below its limit',
    },
  ],
  tryNext: [
    {
      says: 'stream the data instead of keeping it in memory',
      set: { 'backend.defences.streamInsteadOfRetain': true },
      actsOn: RETAINS,
    },
    { says: 'keep less', set: { 'backend.retainedEntries': 10 }, isLess: true, actsOn: RETAINS },
    {
      says: 'raise the limit, unless memory use grows without end',
      set: { 'backend.memoryLimitMebibytes': 1024 },
      enough: enoughMemory,
    },
  ],
};
