import { check, group } from 'k6';
export const options = { iterations: 2, thresholds: { checks: ['rate>0.4'] } };
export function setup() {
  return { answer: 42 };
}
export default function () {
  group('outer', () => check(__ITER, { even: (n) => n % 2 === 0 }));
}
export function handleSummary(data) {
  const { checks, iterations } = data.metrics;
  console.log(
    checks.type,
    checks.values.rate,
    checks.values.passes,
    checks.values.fails,
    checks.thresholds['rate>0.4'].ok,
  );
  console.log(iterations.values.count, data.setup_data.answer, data.root_group.groups[0].checks[0].path);
  return {};
}
