import exec from 'k6/execution';
function need(name) {
  if (!__ENV[name]) exec.test.abort(`${name} is missing`);
  return __ENV[name];
}
if (!__ENV.BASE_URL) exec.test.abort('BASE_URL is missing');
const url = need('BASE_URL');
export default function () {
  console.log(typeof url);
  need('MISSING');
  console.log('never');
}
