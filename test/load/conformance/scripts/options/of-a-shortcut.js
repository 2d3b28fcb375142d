import exec from 'k6/execution';
export const options = { stages: [{ duration: '1s', target: 1 }] };
export default function () {
  const { scenarios } = exec.test.options;
  if (__ITER === 0) console.log(JSON.stringify(scenarios));
  for (;;) return;
}
