import exec from 'k6/execution';
export const options = {
  scenarios: {
    main: {
      executor: 'per-vu-iterations',
      vus: 1,
      iterations: 1,
      maxDuration: '90s',
      env: { A: 'b' },
      tags: { t: 'x' },
    },
  },
  thresholds: { checks: ['rate>0.9'] },
  tags: { own: 'tag' },
};
export default function () {
  const { scenarios, thresholds, tags, setupTimeout, systemTags, summaryTrendStats, noSetup, paused } =
    exec.test.options;
  console.log(
    JSON.stringify({ scenarios, thresholds, tags, setupTimeout, summaryTrendStats, noSetup, paused }),
  );
  console.log(systemTags.slice().sort().join(' '));
  console.log(Object.keys(exec.test.options).sort().join(' '));
}
