import exec from 'k6/execution';
export const options = { vus: 1, iterations: 3 };
export default function () {
  try {
    exec.test.abort();
  } catch (error) {
    console.log('caught');
  } finally {
    console.log('finally');
  }
  console.log('went on');
}
