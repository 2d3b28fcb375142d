import exec from 'k6/execution';
export const options = { scenarios: { main: { executor: 'per-vu-iterations', vus: 1, iterations: 4 } } };
export default function () {
  if (__ITER === 2) exec.test.abort();
}
