import exec from 'k6/execution';
try {
  exec.test.abort('no reason');
} catch {
  console.log('caught');
}
export default function () {
  console.log('never');
}
