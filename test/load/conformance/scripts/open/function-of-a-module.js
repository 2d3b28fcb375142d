import { read } from '../lib/opener.js';
const text = read('./same-name.txt');
export default function () {
  console.log(text);
}
