import { text } from '../lib/opener.js';
export default function () {
  console.log(text);
}
