import exec from 'k6/execution';
export default function () {
  try {
    exec.test.options.throw = true;
  } catch (error) {
    console.log(error.name);
  }
  console.log(exec.test.options.throw, Object.isFrozen(exec.test.options.scenarios.default));
}
