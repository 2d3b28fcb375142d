import exec from 'k6/execution';
function need(name) {
  if (!__ENV[name]) exec.test.abort(`${name} is missing`);
  return __ENV[name];
}
export const options = { vus: 1, iterations: 1 };
const missing = need('MISSING');
export default function () {
  console.log('never', missing);
}
