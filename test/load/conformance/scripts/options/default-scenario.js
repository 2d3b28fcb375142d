import exec from 'k6/execution';
export default function () {
  console.log(JSON.stringify(exec.test.options.scenarios));
}
