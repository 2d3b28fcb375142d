import exec from 'k6/execution';
export default function () {
  exec.vu.tags.number = 5;
  console.log(typeof exec.vu.tags.number);
  for (const value of [null, {}, [1]]) {
    try {
      exec.vu.tags.wrong = value;
    } catch (error) {
      console.log(error.name, error.message);
    }
  }
}
