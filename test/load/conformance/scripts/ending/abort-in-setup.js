import exec from 'k6/execution';
export function setup() {
  exec.test.abort('not ready');
}
export default function () {
  console.log('ran');
}
export function teardown() {
  console.log('teardown');
}
