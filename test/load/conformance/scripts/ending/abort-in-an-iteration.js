import exec from 'k6/execution';
export const options = { vus: 1, iterations: 3 };
export default function () {
  if (__ITER === 1) exec.test.abort('bad data');
}
