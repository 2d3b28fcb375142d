import exec from 'k6/execution';
export default function () {}
export function teardown() {
  exec.test.abort('late');
}
