import { type Cause, LOSSES } from './cause';

export const memoryLimit: Cause = {
  name: 'memory limit',
  lesson: 'memory-stress',
  mechanism:
    'memory grew until the container reached its limit. The kernel then killed it at once, with every request in it. Nothing slows down beforehand, so nothing warns you.',
  each: 'pod',
  explains: LOSSES,
  includes: ['crash', 'crash loop', 'replica down'],
  signs: [
    {
      signal: 'oom_kills',
      is: '>=',
      threshold: 1,
      yes: 'the container was OOMKilled',
      no: 'no container was OOMKilled',
    },
    {
      signal: 'memory_limit_share',
      is: '>=',
      threshold: 0.6,
      yes: 'memory use was close to the limit at the last sample before a kill',
      no: 'memory use stayed far below its limit',
    },
  ],
  tryNext: [
    'stream or paginate the data instead of keeping it in memory (backend.defences.streamInsteadOfRetain=true)',
    'do not rely on a larger limit: it only delays the same outcome (backend.memoryLimitMebibytes=1024)',
  ],
};
