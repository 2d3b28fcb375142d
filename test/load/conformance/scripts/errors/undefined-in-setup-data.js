import { sorted } from '../lib/json.js';
export function setup() {
  return { a: undefined, list: [undefined] };
}
export default function (data) {
  console.log(sorted(data));
}
