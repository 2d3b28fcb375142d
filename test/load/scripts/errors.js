/* global __ENV, __ITER, undefinedName */
import http from 'k6/http';
import { fail } from 'k6';

export const options = { iterations: 4 };

function deep(n) {
  if (n === 0) {
    http.get(`${__ENV.BASE_URL}/items`);
    throw new TypeError('deep trouble');
  }
  return deep(n - 1);
}

export default function () {
  try {
    deep(1);
  } catch (error) {
    console.log(error.name, error.message);
  } finally {
    console.log('finally', __ITER);
  }
  if (__ITER === 0) deep(2);
  if (__ITER === 1) fail('given up');
  if (__ITER === 2) undefinedName();
  console.log('end');
}
