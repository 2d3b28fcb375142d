export const options = { vus: 1, iterations: 2 };
export default function () {
  if (__ITER === 0) throw new Error('boom');
  console.log('second');
}
